import { createHash } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import type { AppAccess, Installations, Permissions } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { Refusal, unless } from './failures.ts';
import { baseUrlOf, type GitHubOptions, guard, Octokit, type OctokitClient } from './octokit.ts';

/** A token with less left is not handed out: what it is for may take a while. */
const LEAST_LEFT_MS = 5 * 60_000;

interface Held {
  readonly token: string;
  readonly endsAt: number;
}

/** GitHub Apps by Octokit's own signing of their requests. Tokens are kept in this process's memory alone. */
export function createInstallations(options: GitHubOptions = {}): Installations {
  const held = new Map<string, Held>();

  function open({ apiUrl, id, key }: AppAccess): OctokitClient {
    const octokit = new Octokit({
      authStrategy: createAppAuth,
      auth: { appId: id, privateKey: key },
      baseUrl: baseUrlOf(apiUrl),
      userAgent: options.userAgent ?? 'slipway',
    });
    guard(octokit, () => key, options);
    return octokit;
  }

  async function installationOf(app: AppAccess) {
    const { rest } = open(app);
    const { owner, repo } = app;
    const { data } = await unless([404], rest.apps.getRepoInstallation({ owner, repo }), () => {
      throw new Problem('permission-missing', `the GitHub App ${app.id} is not installed on ${owner}/${repo}`);
    }).catch(unreadableKey(app));
    if (data.suspended_at)
      throw new Problem('permission-missing', `the installation of the GitHub App ${app.id} is suspended`);
    return { id: data.id, permissions: data.permissions as Permissions };
  }

  async function made(app: AppAccess, permissions: Permissions): Promise<Held> {
    const installation_id = app.installation ?? (await installationOf(app)).id;
    const asked = open(app).rest.apps.createInstallationAccessToken({
      ...{ installation_id, repositories: [app.repo], permissions: { ...permissions } },
    });
    const { data } = await asked.catch(unreadableKey(app)).catch(async (error) => {
      if (!(error instanceof Refusal) || ![404, 422].includes(error.status)) throw error;
      const what = `the installation of the GitHub App ${app.id} gives no token for ${app.owner}/${app.repo}`;
      throw new Problem('permission-missing', `${what}: ${error.message}`, { cause: error });
    });
    return { token: data.token, endsAt: Date.parse(data.expires_at) };
  }

  return {
    async token(app, permissions) {
      const { key, ...place } = app;
      const name = JSON.stringify([place, permissions, createHash('sha256').update(key).digest('hex')]);
      const fresh = async () => {
        const one = await made(app, permissions);
        held.set(name, one);
        return one.token;
      };
      const known = held.get(name);
      const token = known && known.endsAt - Date.now() > LEAST_LEFT_MS ? known.token : await fresh();
      return {
        token,
        renew: async () => {
          const other = held.get(name)?.token; // several requests may have been refused at once
          return other === undefined || other === token ? fresh() : other;
        },
      };
    },
    granted: async (app) => (await installationOf(app)).permissions,
  };
}

/** What OpenSSL says of a key that is none is of no use to anybody. */
function unreadableKey({ id }: AppAccess): (error: unknown) => never {
  return (error) => {
    const code = (error as { code?: unknown } | undefined)?.code;
    if (typeof code === 'string' && /^ERR_OSSL|^ERR_INVALID_ARG|^ERR_CRYPTO/.test(code))
      throw new Problem('credential-refused', `the private key of the GitHub App ${id} can't be read (${code})`);
    throw error;
  };
}
