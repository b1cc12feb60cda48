import { Octokit as Core } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import type { GitHubAccess } from '../../activities/ports.ts';
import { hostOf } from '../http.ts';
import { observedRequest } from '../observed.ts';
import { brokenOff, githubProblem, Refusal } from './failures.ts';

export interface GitHubOptions {
  /** Of the activity that is asking, if any. */
  readonly cancellation?: (() => AbortSignal | undefined) | undefined;
  readonly userAgent?: string;
  /** Of a request that carries no file. */
  readonly seconds?: number;
  readonly fileSeconds?: number;
}

// No retry plugin: it sends a POST again after a 5xx, and a pull request or release would be there twice.
export const Octokit = Core.plugin(restEndpointMethods, paginateRest);

export type OctokitClient = InstanceType<typeof Octokit>;

/** Opens GitHub as one holder of a token, for one repository. */
export type Open = (access: GitHubAccess) => Repository;

export interface Repository {
  readonly octokit: OctokitClient;
  readonly rest: OctokitClient['rest'];
  readonly at: { readonly owner: string; readonly repo: string };
}

export function opener(options: GitHubOptions): Open {
  return ({ apiUrl, owner, repo, token, renew }) => {
    const octokit = new Octokit({ baseUrl: baseUrlOf(apiUrl), userAgent: options.userAgent ?? 'slipway' });
    guard(octokit, () => held, options);
    let held = token;
    octokit.hook.wrap('request', async (request, asked) => {
      // Inner hooks are bound to this very object.
      const as = (secret: string) => Object.assign(asked.headers, { authorization: `bearer ${secret}` });
      as(held);
      try {
        return await request(asked);
      } catch (error) {
        if (renew === undefined || !(error instanceof Refusal) || error.status !== 401) throw error;
        held = await renew(); // what was refused was not done: it may be asked again
        as(held);
        return request(asked);
      }
    });
    return { octokit, rest: octokit.rest, at: { owner, repo } };
  };
}

export function baseUrlOf(apiUrl: string): string {
  return apiUrl.replace(/\/+$/, '');
}

/** Every request ends in time or when the activity does, and what fails is a problem in which no secret is. */
export function guard(
  octokit: Core,
  secret: () => string,
  { cancellation, seconds = 30, fileSeconds = 600 }: GitHubOptions,
): void {
  octokit.hook.wrap('request', async (request, options) => {
    const carriesFile = options.data !== undefined || options.request.parseSuccessResponseBody === false;
    const limit = AbortSignal.timeout((carriesFile ? fileSeconds : seconds) * 1000);
    const cancelled = cancellation?.();
    options.request.signal = cancelled ? AbortSignal.any([cancelled, limit]) : limit;
    try {
      const asked = { system: 'github', method: options.method, host: hostOf(options.baseUrl) };
      const response = await observedRequest(
        asked,
        async () => request(options),
        ({ status }) => status,
      );
      if (brokenOff(response))
        throw new TypeError('the answer is no whole JSON: it broke off, or something between here and GitHub gave it');
      return response;
    } catch (error) {
      cancelled?.throwIfAborted();
      throw githubProblem(error, secret());
    }
  });
}
