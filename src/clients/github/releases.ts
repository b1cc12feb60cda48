import type { RestEndpointMethodTypes } from '@octokit/plugin-rest-endpoint-methods';
import type { GitHubReads, GitHubRelease, GitHubWrites } from '../../activities/ports.ts';
import { assetFromGitHub } from './assets.ts';
import { unless } from './failures.ts';
import type { Open, Repository } from './octokit.ts';

type Listed = RestEndpointMethodTypes['repos']['listReleases']['response']['data'][number];

export function releaseReads(open: Open): Pick<GitHubReads, 'releases' | 'latestRelease'> {
  return {
    /** A draft is found by no tag, only in the list of all. */
    async releases(access, tag) {
      const github = open(access);
      const { octokit, rest, at } = github;
      const all = await octokit.paginate(rest.repos.listReleases, { ...at, per_page: 100 });
      return Promise.all(all.filter((release) => release.tag_name === tag).map((each) => fromGitHub(github, each)));
    },

    async latestRelease(access) {
      const { rest, at } = open(access);
      const latest = await unless([404], rest.repos.getLatestRelease(at), () => undefined);
      return latest?.data.tag_name ?? null;
    },
  };
}

export function releaseWrites(open: Open): Pick<GitHubWrites, 'createRelease' | 'updateRelease' | 'deleteRelease'> {
  return {
    async createRelease(access, { tag, target, name, body, prerelease }) {
      const github = open(access);
      const { data } = await github.rest.repos.createRelease({
        ...github.at,
        tag_name: tag,
        target_commitish: target,
        name,
        body,
        prerelease,
        draft: true,
        make_latest: 'false',
      });
      return fromGitHub(github, data);
    },

    /** GitHub makes what is newly published "Latest" unless it is told otherwise: it always is. */
    async updateRelease(access, id, { makeLatest, ...change }) {
      const github = open(access);
      const latest = makeLatest ?? (change.draft === false ? 'false' : undefined);
      const { data } = await github.rest.repos.updateRelease({
        ...github.at,
        ...change,
        release_id: id,
        ...(latest === undefined ? {} : { make_latest: latest }),
      });
      return fromGitHub(github, data);
    },

    async deleteRelease(access, id) {
      const { rest, at } = open(access);
      await unless([404], rest.repos.deleteRelease({ ...at, release_id: id }), () => undefined);
    },
  };
}

/** A release lists only assets that arrived whole; the list of its assets has the broken ones too. */
async function fromGitHub({ octokit, rest, at }: Repository, release: Listed): Promise<GitHubRelease> {
  const assets = await octokit.paginate(rest.repos.listReleaseAssets, { ...at, release_id: release.id, per_page: 100 });
  return {
    id: release.id,
    url: release.html_url,
    uploadUrl: release.upload_url,
    tag: release.tag_name,
    name: release.name ?? '',
    body: release.body ?? '',
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: release.immutable ?? false,
    assets: assets.map(assetFromGitHub),
  };
}
