import { commentMarker } from '../../domain/marker.ts';
import type { RunState } from '../../domain/run/state.ts';
import { STATUS_CONTEXT, type Told, toldOf } from '../../domain/run/told.ts';
import type { PublishActivities } from '../index.ts';
import type { Comment, GitHubAccess } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

/** What a run's pull request shows of it. */
export function tellingActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureTold'> {
  const { directory, executions, github } = deps;

  return {
    async ensureTold({ id, project, runId, run }) {
      const state = (await executions.state(id, runId)) as unknown as RunState;
      const access = await required(deps, project);
      const url = await directory.url();
      const runUrl = url === undefined ? null : `${url.replace(/\/+$/, '')}/runs/${id}`;
      const told = toldOf(state, { runUrl });
      const { pullRequest } = state;
      const comment =
        pullRequest === undefined
          ? undefined
          : await ensureComment(access, { number: pullRequest, marker: commentMarker({ id, run }), text: told.text });
      if (state.commit) await ensureStatus(access, state.commit, { ...told.status, targetUrl: runUrl });
      return {
        summary: `"${told.status.description}"${comment ? ` and comment ${comment.id} on #${pullRequest}` : ''}`,
        evidence: comment ? [{ name: 'comment', url: comment.url }] : [],
      };
    },
  };

  /** One, found again by its first line, and only if we wrote it: a mark in somebody else's words is not ours to go on with. */
  async function ensureComment(
    access: GitHubAccess,
    { number, marker, text }: { number: number; marker: string; text: string },
  ): Promise<Comment> {
    const body = `${marker}\n${text}`;
    const marked = (await github.comments(access, number)).filter((one) => one.body.startsWith(marker));
    const { login } = marked.length === 0 ? { login: '' } : await github.repository(access);
    const own = marked.find(({ author }) => (login === '' ? author.endsWith('[bot]') : author === login));
    if (!own) return github.createComment(access, number, body);
    return sameText(own.body, body) ? own : github.updateComment(access, own.id, body);
  }

  async function ensureStatus(
    access: GitHubAccess,
    sha: string,
    wanted: Told['status'] & { targetUrl: string | null },
  ): Promise<void> {
    const { state, description, targetUrl } = wanted;
    const there = await github.status(access, sha, STATUS_CONTEXT);
    const same = there?.state === state && there.description === description && there.targetUrl === targetUrl;
    if (!same) await github.createStatus(access, sha, { ...wanted, context: STATUS_CONTEXT });
  }
}

/** GitHub may keep line ends of its own. */
function sameText(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return plain(one) === plain(other);
}
