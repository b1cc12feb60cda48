import type { Discussion, GitHubAccess, GitHubReads, GitHubWrites } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { ask } from './graphql.ts';
import type { Open, Repository } from './octokit.ts';

export const CATEGORIES = `query categories($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    id
    discussionCategories(first: 100) { nodes { id name } }
  }
}`;

export const DISCUSSIONS = `query discussions($owner: String!, $repo: String!, $category: ID!, $after: String) {
  repository(owner: $owner, name: $repo) {
    discussions(first: 100, after: $after, categoryId: $category, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { url title body createdAt }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export const CREATE_DISCUSSION = `mutation create($repository: ID!, $category: ID!, $title: String!, $body: String!) {
  createDiscussion(input: { repositoryId: $repository, categoryId: $category, title: $title, body: $body }) {
    discussion { url title body createdAt }
  }
}`;

export function discussionReads(open: Open): Pick<GitHubReads, 'discussions'> {
  return {
    async discussions(access, { category, createdSince }) {
      const github = open(access);
      const { id } = await categoryOf(github, access, category);
      const found: Discussion[] = [];
      let after: string | null = null;
      do {
        const page: Page = await ask<Page>(github, DISCUSSIONS, { ...github.at, category: id, after });
        const { nodes, pageInfo } = page.repository.discussions;
        const young = nodes.filter(({ createdAt }) => Date.parse(createdAt) >= Date.parse(createdSince));
        found.push(...young);
        after = pageInfo.hasNextPage && young.length === nodes.length ? pageInfo.endCursor : null;
      } while (after !== null);
      return found;
    },
  };
}

export function discussionWrites(open: Open): Pick<GitHubWrites, 'createDiscussion'> {
  return {
    async createDiscussion(access, { category, title, body }) {
      const github = open(access);
      const { id, repository } = await categoryOf(github, access, category);
      const made = await ask<{ createDiscussion: { discussion: Discussion } }>(github, CREATE_DISCUSSION, {
        ...{ repository, category: id, title, body },
      });
      return made.createDiscussion.discussion;
    },
  };
}

interface Page {
  readonly repository: {
    readonly discussions: {
      readonly nodes: readonly Discussion[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

interface Categories {
  readonly repository: {
    readonly id: string;
    readonly discussionCategories: { readonly nodes: readonly { readonly id: string; readonly name: string }[] };
  };
}

async function categoryOf(github: Repository, { owner, repo }: GitHubAccess, name: string) {
  const { repository } = await ask<Categories>(github, CATEGORIES, { owner, repo });
  const { nodes } = repository.discussionCategories;
  const category = nodes.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (category) return { id: category.id, repository: repository.id };
  const known = nodes.map((one) => one.name).join(', ') || 'none: discussions are turned off';
  throw new Problem('github-refused', `${owner}/${repo} has no discussion category ${name}; it has ${known}`);
}
