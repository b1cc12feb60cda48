import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitLocal, NewCommit } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { folderEntries } from './folder-entries.ts';
import { checkPath, checkPerson, checkRef, checkSha } from './names.ts';
import type { Git } from './program.ts';
import { listTree, REGULAR, resolve } from './read.ts';
import { inScratch } from './scratch.ts';

type Writes = 'commitEdits' | 'mergeTree' | 'commitTree' | 'treeOfFolder' | 'tagObject' | 'setRef';

const NO_OBJECT = '0'.repeat(40);

export function gitWrites(git: Git): Pick<GitLocal, Writes> {
  async function commitTree(folder: string, tree: string, commit: Omit<NewCommit, 'edits'>): Promise<string> {
    const { author, committer = author, time } = commit;
    for (const person of [author, committer]) checkPerson(person);
    const parents = commit.parents.flatMap((parent) => ['-p', checkSha(parent)]);
    const date = `${checkTime(time)} +0000`;
    const { stdout } = await git(['commit-tree', '--no-gpg-sign', ...parents, '-F', '-', checkSha(tree)], {
      folder,
      input: commit.message,
      env: {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: committer.name,
        GIT_COMMITTER_EMAIL: committer.email,
        GIT_COMMITTER_DATE: date,
      },
    });
    return stdout.trim();
  }

  /** Blobs of files as they are on disk, in their order. */
  async function storeFiles(folder: string, files: readonly string[]): Promise<string[]> {
    if (files.length === 0) return [];
    const { stdout } = await git(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
      folder,
      input: files.map((file) => `${file}\n`).join(''),
    });
    return stdout.split('\n');
  }

  async function storeBlobs(folder: string, contents: readonly Uint8Array[]): Promise<string[]> {
    return inScratch(async (scratch) => {
      const files = contents.map((_, index) => join(scratch, String(index)));
      await Promise.all(files.map((file, index) => writeFile(file, contents[index] ?? '')));
      return storeFiles(folder, files);
    });
  }

  async function editedTree(folder: string, parent: string | undefined, edits: NewCommit['edits']): Promise<string> {
    const paths = edits.map(({ path }) => checkPath(path));
    const base = parent === undefined ? undefined : await resolve(git, folder, parent, 'tree');
    const entries = base === undefined || paths.length === 0 ? [] : await listTree(git, folder, base, paths);
    const blobs = await storeBlobs(
      folder,
      edits.map(({ content }) => content ?? new Uint8Array()),
    );
    const lines = edits.map(({ path, content, executable }, index) => {
      const before = entries.find((entry) => entry.path === path)?.mode;
      if (content === null) return `0 ${NO_OBJECT}\t${path}`;
      if (before !== undefined && !REGULAR.has(before)) {
        throw new Problem('commit-unexpected', `${path} is a symbolic link or a submodule: it is not edited`);
      }
      const mode = executable === undefined ? (before ?? '100644') : executable ? '100755' : '100644';
      return `${mode} ${blobs[index]}\t${path}`;
    });
    return treeOf(folder, base, lines);
  }

  /** In an index of its own: neither a checkout nor the repository's index is touched. */
  async function treeOf(folder: string, base: string | undefined, lines: readonly string[]): Promise<string> {
    return inScratch(async (scratch) => {
      const env = { GIT_INDEX_FILE: join(scratch, 'index') };
      await git(['read-tree', base ?? '--empty'], { folder, env });
      const input = lines.map((line) => `${line}\0`).join('');
      await git(['update-index', '-z', '--index-info'], { folder, env, input });
      return (await git(['write-tree'], { folder, env })).stdout.trim();
    });
  }

  return {
    commitTree,
    async commitEdits(folder, commit) {
      return commitTree(folder, await editedTree(folder, commit.parents[0], commit.edits), commit);
    },
    async mergeTree(folder, ours, theirs) {
      // merge-tree exits 1 for a conflict and for an unknown revision alike
      const sides = [await resolve(git, folder, ours), await resolve(git, folder, theirs)];
      const { stdout } = await git(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...sides], {
        folder,
        answers: [0, 1],
      });
      const [tree = '', ...conflicts] = stdout.split('\0').filter(Boolean);
      return { tree: checkSha(tree), conflicts };
    },
    async treeOfFolder(folder, source) {
      const entries = await folderEntries(source);
      const files = entries.filter(({ link }) => link === undefined);
      const links = entries.filter(({ link }) => link !== undefined);
      const blobs = [
        ...(
          await storeFiles(
            folder,
            files.map(({ path }) => join(source, path)),
          )
        ).slice(0, files.length),
        ...(await storeBlobs(
          folder,
          links.map(({ link }) => Buffer.from(link ?? '')),
        )),
      ];
      const lines = [...files, ...links].map(({ mode, path }, index) => `${mode} ${blobs[index]}\t${path}`);
      return treeOf(folder, undefined, lines);
    },
    async tagObject(folder, { name, target, tagger, time, message }) {
      checkPerson(tagger);
      checkRef(`refs/tags/${name}`);
      const head = [`object ${await resolve(git, folder, target)}`, 'type commit', `tag ${name}`];
      const by = `tagger ${tagger.name.trim()} <${tagger.email.trim()}> ${checkTime(time)} +0000`;
      const text = [...head, by, '', message.endsWith('\n') ? message : `${message}\n`].join('\n');
      return (await git(['mktag'], { folder, input: text })).stdout.trim();
    },
    async setRef(folder, ref, sha) {
      await git(['update-ref', '--no-deref', checkRef(ref), checkSha(sha)], { folder });
    },
  };
}

function checkTime(time: number): number {
  if (!Number.isSafeInteger(time) || time < 0) throw new Problem('git-refused', `${time} is not a time in seconds`);
  return time;
}
