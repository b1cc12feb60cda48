import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { GitHubReads, GitHubWrites, ReleaseAsset } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { unless } from './failures.ts';
import type { Open, Repository } from './octokit.ts';

export function assetReads(open: Open): Pick<GitHubReads, 'assetDigest' | 'downloadAsset'> {
  return {
    /** As GitHub tells it; where it doesn't, from the bytes. */
    async assetDigest(access, asset) {
      if (asset.digest?.startsWith('sha256:')) return asset.digest as `sha256:${string}`;
      const hash = createHash('sha256');
      await readAsset(open(access), asset, (piece) => void hash.update(piece));
      return `sha256:${hash.digest('hex')}`;
    },

    async downloadAsset(access, asset, path) {
      const file = createWriteStream(path);
      try {
        await readAsset(open(access), asset, async (piece) => {
          if (!file.write(piece)) await once(file, 'drain');
        });
      } finally {
        file.end();
        await finished(file);
      }
    },
  };
}

async function readAsset(
  { octokit, at }: Repository,
  asset: ReleaseAsset,
  take: (piece: Uint8Array) => void | Promise<void>,
): Promise<void> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    ...at,
    asset_id: asset.id,
    headers: { accept: 'application/octet-stream' },
    request: { parseSuccessResponseBody: false },
  });
  const { name, size } = asset;
  let read = 0;
  try {
    for await (const piece of data as unknown as AsyncIterable<Uint8Array>) {
      await take(piece);
      read += piece.length;
    }
  } catch (error) {
    throw new Problem('github-unreachable', `the download of ${name} broke off`, { cause: error });
  }
  if (read !== size)
    throw new Problem('github-unreachable', `the download of ${name} ended after ${read} of ${size} bytes`);
}

export function assetWrites(open: Open): Pick<GitHubWrites, 'uploadAsset' | 'deleteAsset'> {
  return {
    /** GitHub renames what has other characters than letters, digits, dots, dashes and underscores: the answer has the name. */
    async uploadAsset(access, release, name, file) {
      const { octokit } = open(access);
      // The upload host is the release's own: Octokit's method would go to github.com.
      const url = release.uploadUrl.replace(/\{[^}]*\}$/, '');
      const data = await readFile(file);
      const headers = { 'content-type': 'application/octet-stream', 'content-length': String(data.length) };
      const answer = await octokit.request({
        method: 'POST',
        url: `${url}?name=${encodeURIComponent(name)}`,
        data,
        headers,
      });
      return assetFromGitHub(answer.data as GitHubAsset);
    },

    async deleteAsset(access, id) {
      const { rest, at } = open(access);
      await unless([404], rest.repos.deleteReleaseAsset({ ...at, asset_id: id }), () => undefined);
    },
  };
}

interface GitHubAsset {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: string;
  readonly digest?: string | null;
  readonly browser_download_url: string;
}

export function assetFromGitHub({ browser_download_url: url, digest, ...asset }: GitHubAsset): ReleaseAsset {
  const { id, name, size, state } = asset;
  return { id, name, size, state, digest: digest ?? null, url };
}
