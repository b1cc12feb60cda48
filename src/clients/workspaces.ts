import { readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create, extract } from 'tar';
import type { Workspace, Workspaces } from '../activities/ports.ts';
import { baseEnvironment, run } from './command.ts';
import { copyTree } from './copy-tree.ts';
import { openOwnFolder, removeTree } from './own-folder.ts';

const KEPT = 32;
const REMOVAL_LIMIT_SECONDS = 600;

interface Shared {
  readonly made: Promise<Workspace>;
  used: number;
}

/**
 * Workspaces below `root`, in a folder of this process: two workers never share one, and what dead ones left is removed.
 */
export async function openWorkspaces(root: string): Promise<Workspaces> {
  const own = await openOwnFolder(root);
  const shared = new Map<string, Shared>();
  let clock = 0;

  async function open(): Promise<Workspace> {
    return workspaceIn(await mkdtemp(join(own, 'w-')));
  }

  async function makeShared(make: (workspace: Workspace) => Promise<void>): Promise<Workspace> {
    const workspace = await open();
    try {
      await make(workspace);
      return workspace;
    } catch (error) {
      await workspace.dispose();
      throw error;
    }
  }

  function evict(): void {
    const oldest = [...shared].sort(([, a], [, b]) => a.used - b.used).slice(0, Math.max(0, shared.size - KEPT));
    for (const [key, { made }] of oldest) {
      shared.delete(key);
      made.then((workspace) => workspace.dispose()).catch(() => undefined);
    }
  }

  return {
    open,
    async shared(key, make) {
      clock += 1;
      const known = shared.get(key);
      if (known) {
        known.used = clock;
        return known.made;
      }
      const made = makeShared(make);
      shared.set(key, { made, used: clock });
      made.catch(() => shared.delete(key));
      evict();
      return made;
    },
  };
}

/** By rm: Node's own would hold all its threads for files for as long as it takes, and whoever reads one meanwhile waits. */
async function removeAside(folder: string): Promise<void> {
  await run('rm', ['-rf', '--', folder], { cwd: '/', env: baseEnvironment(), timeoutSeconds: REMOVAL_LIMIT_SECONDS });
  await removeTree(folder); // what rm could not
}

function workspaceIn(folder: string): Workspace {
  return {
    folder,
    async text(path) {
      return readFile(join(folder, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined;
        throw error;
      });
    },
    async write(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    bytes(path) {
      const file = join(folder, path);
      return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined;
    },
    async copyFrom(source, to) {
      await copyTree(source, join(folder, to));
    },
    async files(under) {
      const entries = await readdir(join(folder, under), { recursive: true, withFileTypes: true });
      const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return found.map((path) => path.slice(folder.length + 1)).sort();
    },
    async pack(source, archive) {
      const cwd = join(folder, source);
      const paths = await readdir(cwd, { recursive: true, withFileTypes: true });
      const files = paths
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(cwd.length + 1));
      await create(
        { cwd, file: join(folder, archive), portable: true, noDirRecurse: true, mtime: new Date(0) },
        files.sort(),
      );
    },
    async unpack(archive, target) {
      await mkdir(join(folder, target), { recursive: true });
      await extract({ cwd: join(folder, target), file: join(folder, archive), strict: true });
    },
    /** Gone at once by its name; its files, thousands in an environment, go while others work, or at a next start. */
    async dispose() {
      const gone = `${folder}.gone`;
      await rename(folder, gone).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      void removeAside(gone).catch(() => undefined);
    },
  };
}
