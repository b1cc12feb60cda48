import { Hono } from 'hono';
import { findRepository } from './access.ts';
import { permitted } from './app-permissions.ts';
import { RateLimit } from './rate-limit.ts';
import { actionRoutes } from './routes/actions.ts';
import { appRoutes } from './routes/apps.ts';
import { branchRoutes } from './routes/branches.ts';
import { checkRunRoutes } from './routes/check-runs.ts';
import { commentRoutes } from './routes/comments.ts';
import { commitRoutes } from './routes/commits.ts';
import { contentRoutes } from './routes/contents.ts';
import { gitObjectRoutes } from './routes/git-objects.ts';
import { hookRoutes } from './routes/hooks.ts';
import { issueRoutes } from './routes/issues.ts';
import { labelRoutes } from './routes/labels.ts';
import { milestoneRoutes } from './routes/milestones.ts';
import { pullMergeRoutes } from './routes/pull-merge.ts';
import { pullRoutes } from './routes/pulls.ts';
import { refRoutes } from './routes/refs.ts';
import { releaseAssetRoutes, uploadRoutes } from './routes/release-assets.ts';
import { releaseRoutes } from './routes/releases.ts';
import { repositoryRoutes } from './routes/repositories.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { searchRoutes } from './routes/search.ts';
import { statusRoutes } from './routes/statuses.ts';
import { userRoutes } from './routes/users.ts';
import { authenticate, githubHeaders, notModified } from './standard-headers.ts';
import type { GithubEnv, World } from './world.ts';

/** GitHub's REST interface, as Octokit speaks it, below `/api`. */
export function restRoutes(world: World, rateLimit: number | undefined): Hono<GithubEnv> {
  const limit = new RateLimit(rateLimit);
  const app = new Hono<GithubEnv>()
    .use(githubHeaders)
    .route('/v3', appRoutes())
    .use(authenticate, permitted, limit.count, notModified)
    .use(world.journal.faulty('github', (c) => (isReading(c.req.method) ? 'read' : undefined)))
    .route('/v3', limit.routes())
    .route('/v3', userRoutes())
    .route('/v3', searchRoutes())
    .use('/v3/repos/:owner/:repo', findRepository)
    .use('/v3/repos/:owner/:repo/*', findRepository)
    .route('/uploads', uploadRoutes());
  const parts = [
    repositoryRoutes,
    branchRoutes,
    refRoutes,
    gitObjectRoutes,
    commitRoutes,
    statusRoutes,
    checkRunRoutes,
    pullRoutes,
    pullMergeRoutes,
    reviewRoutes,
    releaseAssetRoutes,
    releaseRoutes,
    commentRoutes,
    issueRoutes,
    labelRoutes,
    milestoneRoutes,
    contentRoutes,
    hookRoutes,
    actionRoutes,
  ];
  for (const part of parts) app.route('/v3', part());
  return app;
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
