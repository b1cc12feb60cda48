import type { RestEndpointMethodTypes } from '@octokit/plugin-rest-endpoint-methods';
import type { Comment, GitHubReads, GitHubWrites } from '../../activities/ports.ts';
import type { Open } from './octokit.ts';

type Read = RestEndpointMethodTypes['issues']['getComment']['response']['data'];

export function commentReads(open: Open): Pick<GitHubReads, 'comments'> {
  return {
    async comments(access, number) {
      const { octokit, rest, at } = open(access);
      const asked = { ...at, issue_number: number, per_page: 100 };
      return (await octokit.paginate(rest.issues.listComments, asked)).map(fromGitHub);
    },
  };
}

export function commentWrites(open: Open): Pick<GitHubWrites, 'createComment' | 'updateComment'> {
  return {
    async createComment(access, number, body) {
      const { rest, at } = open(access);
      return fromGitHub((await rest.issues.createComment({ ...at, issue_number: number, body })).data);
    },

    async updateComment(access, id, body) {
      const { rest, at } = open(access);
      return fromGitHub((await rest.issues.updateComment({ ...at, comment_id: id, body })).data);
    },
  };
}

function fromGitHub({ id, html_url, body, user }: Read): Comment {
  return { id: Number(id), url: html_url, body: body ?? '', author: user?.login ?? '' };
}
