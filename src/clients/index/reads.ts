import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { IndexFile, IndexReads } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import type { IndexTarget } from '../../domain/project.ts';
import { type Answer, hostOf, send } from '../http.ts';
import { type AddressBook, addressesOf } from './addresses.ts';
import { readingProblem } from './answers.ts';
import type { IndexOptions } from './index-client.ts';
import { normalisedName, sameVersion, versionOf } from './listing.ts';

const SIMPLE_JSON = 'application/vnd.pypi.simple.v1+json';

interface SimplePage {
  readonly versions: readonly string[];
  readonly files: readonly IndexFile[];
}

export function indexReads(book: AddressBook, options: IndexOptions): IndexReads {
  async function get(url: string, accept: string, seconds = 30): Promise<Answer | undefined> {
    const headers = { accept, 'cache-control': 'no-cache', pragma: 'no-cache', 'user-agent': options.userAgent };
    const answer = await send(url, { headers, redirect: 'follow' }, reading(options, seconds));
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw readingProblem(answer);
    return answer;
  }

  async function simplePage(index: IndexTarget, name: string): Promise<SimplePage | undefined> {
    const url = `${withoutSlash(addressesOf(index, book).simpleUrl)}/${normalisedName(name)}/`;
    const answer = await get(url, SIMPLE_JSON);
    if (!answer) return undefined;
    const page = parsed(answer) as { versions?: string[]; files: SimpleFile[] };
    if (!Array.isArray(page.files)) throw unreadable(answer);
    return { versions: page.versions ?? [], files: page.files.map((file) => fromSimple(file, answer.url)) };
  }

  async function versionJson(index: IndexTarget, name: string, version: string): Promise<IndexFile[] | undefined> {
    const { jsonUrl } = addressesOf(index, book);
    if (jsonUrl === undefined) return undefined;
    const url = `${withoutSlash(jsonUrl)}/${normalisedName(name)}/${encodeURIComponent(version)}/json`;
    const answer = await get(url, 'application/json');
    if (!answer) return undefined;
    const { urls } = parsed(answer) as { urls: JsonFile[] };
    if (!Array.isArray(urls)) throw unreadable(answer);
    return urls.map(fromJson);
  }

  return {
    /** Simple page and JSON live in different caches, and each has lagged behind the other: what either lists is there. */
    async files(index, name, version) {
      const [page, json] = await Promise.all([simplePage(index, name), versionJson(index, name, version)]);
      const simple = filesOf(page, name, version);
      const known =
        json !== undefined || simple.length > 0 || page?.versions.some((each) => sameVersion(each, version));
      if (!known) return undefined;
      return [...new Map([...simple, ...(json ?? [])].map((file) => [file.filename, file])).values()];
    },

    async versions(index, name) {
      const page = await simplePage(index, name);
      const ofFiles = (page?.files ?? []).flatMap(({ filename }) => versionOf(filename, name) ?? []);
      return [...new Set([...(page?.versions ?? []), ...ofFiles])];
    },

    async visible(index, name, version) {
      const [page, json] = await Promise.all([simplePage(index, name), versionJson(index, name, version)]);
      const hasJson = addressesOf(index, book).jsonUrl !== undefined;
      return { simple: filesOf(page, name, version), ...(hasJson ? { json: json ?? [] } : {}) };
    },

    async download({ url, sha256, filename }, path) {
      const answer = await get(url, '*/*', options.uploadSeconds);
      if (!answer) throw new Problem('index-refused', `${hostOf(url)} lists ${filename} and does not have it`);
      const found = createHash('sha256').update(answer.bytes).digest('hex');
      if (found !== sha256)
        throw new Problem('index-unreachable', `${filename} arrived as sha256:${found}, not sha256:${sha256}`);
      await writeFile(path, answer.bytes);
    },

    pageUrl(index, name, version) {
      const { pageUrl, simpleUrl } = addressesOf(index, book);
      if (pageUrl === undefined) return `${withoutSlash(simpleUrl)}/${normalisedName(name)}/`;
      return pageUrl.replaceAll('{name}', normalisedName(name)).replaceAll('{version}', encodeURIComponent(version));
    },

    /** Beside the page of a project on indexes of PyPI's kind; any other's page is the place to look from. */
    manageUrl(index, name) {
      const { pageUrl, simpleUrl } = addressesOf(index, book);
      const [site, rest] = pageUrl?.split('/project/{name}/') ?? [];
      if (rest !== undefined) return `${site}/manage/project/${normalisedName(name)}/releases/`;
      const page = pageUrl?.replace(/\{version\}.*$/, '').replaceAll('{name}', normalisedName(name));
      return page ?? `${withoutSlash(simpleUrl)}/${normalisedName(name)}/`;
    },

    async owners(index, name) {
      const { jsonUrl } = addressesOf(index, book);
      if (jsonUrl === undefined) return [];
      const answer = await get(`${withoutSlash(jsonUrl)}/${normalisedName(name)}/json`, 'application/json');
      return answer ? ownersIn(parsed(answer) as ProjectJson) : [];
    },

    simpleUrl: (index) => addressesOf(index, book).simpleUrl,
  };
}

function filesOf(page: SimplePage | undefined, name: string, version: string): IndexFile[] {
  return (page?.files ?? []).filter(({ filename }) => {
    const found = versionOf(filename, name);
    return found !== undefined && sameVersion(found, version);
  });
}

interface SimpleFile {
  filename: string;
  url: string;
  hashes: { sha256?: string };
  size?: number;
  yanked?: boolean | string;
  'upload-time'?: string;
}

function fromSimple(file: SimpleFile, page: string): IndexFile {
  const { filename, url, hashes, size, yanked, 'upload-time': uploadedAt } = file;
  return {
    filename,
    sha256: hashes.sha256 ?? '',
    ...(size === undefined ? {} : { size }),
    yanked: yanked ?? false,
    url: new URL(url, page).href,
    ...(uploadedAt === undefined ? {} : { uploadedAt }),
  };
}

interface JsonFile {
  filename: string;
  url: string;
  digests: { sha256: string };
  size: number;
  yanked: boolean;
  yanked_reason?: string | null;
  upload_time_iso_8601?: string;
}

function fromJson({ filename, url, digests, size, ...file }: JsonFile): IndexFile {
  const yanked = file.yanked && (file.yanked_reason || true);
  const uploadedAt = file.upload_time_iso_8601;
  return { filename, sha256: digests.sha256, size, yanked, url, ...(uploadedAt === undefined ? {} : { uploadedAt }) };
}

interface ProjectJson {
  ownership?: { roles?: { role: string; user: string }[]; organization?: string | null };
}

/** Only people with the role Owner may yank, and owners of the organisation. */
function ownersIn({ ownership }: ProjectJson): string[] {
  const people = (ownership?.roles ?? []).filter(({ role }) => role === 'Owner').map(({ user }) => user);
  return ownership?.organization ? [...people, `owners of ${ownership.organization}`] : people;
}

function parsed(answer: Answer): unknown {
  try {
    return JSON.parse(answer.text) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable(answer);
    throw error;
  }
}

function unreadable(answer: Answer): Problem {
  return new Problem(
    'index-refused',
    `${hostOf(answer.url)} answered ${new URL(answer.url).pathname} with something else than the JSON of a package index`,
  );
}

function reading({ cancellation }: IndexOptions, seconds: number) {
  return { unreachable: 'index-unreachable', seconds, signal: cancellation?.() } as const;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
