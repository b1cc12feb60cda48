import type { MiddlewareHandler } from 'hono';
import { reaches } from './apps.ts';
import { refuse } from './refusals.ts';
import type { GithubEnv } from './world.ts';

/** What an installation needs for a path below its repository, by the first rule that fits; reading asks for `read`, the rest for `write`. */
const RULES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/(pulls\/\d+\/merge|merges)\b/, ['contents']],
  [/^\/(pulls|commits\/[^/]+\/pulls)\b/, ['pull_requests']],
  [/^\/issues\/\d+\/(comments|labels)\b/, ['issues', 'pull_requests']],
  [/^\/(issues|labels|milestones)\b/, ['issues', 'pull_requests']],
  [/^\/(check-runs|check-suites|commits\/.+\/check-(runs|suites))\b/, ['checks']],
  [/^\/(statuses|commits\/.+\/status(es)?)\b/, ['statuses']],
  [/^\/hooks\b/, ['repository_hooks']],
  [/^\/(branches\/.+\/protection|immutable-releases|rulesets)\b/, ['administration']],
  [/^\/(rules|collaborators)\b|^$/, ['metadata']],
  [/^\//, ['contents']],
];

/** An App does at a repository what its installation was given, however much its token's owner could. */
export const permitted: MiddlewareHandler<GithubEnv> = async (c, next) => {
  const granted = c.var.caller?.installation?.permissions;
  const below = /\/repos\/[^/]+\/[^/]+(\/.*)?$/.exec(c.req.path)?.[1] ?? '';
  if (granted && c.req.path.includes('/repos/')) {
    const reading = c.req.method === 'GET' || c.req.method === 'HEAD';
    const wanted = RULES.find(([path]) => path.test(below))?.[1] ?? [];
    if (!wanted.some((name) => reaches(granted[name], reading ? 'read' : 'write')))
      throw refuse(403, 'Resource not accessible by integration', {
        headers: {
          'x-accepted-github-permissions': wanted.map((name) => `${name}=${reading ? 'read' : 'write'}`).join('; '),
        },
      });
  }
  await next();
};
