import type { Git } from './command.ts';

export interface FileChange {
  path: string;
  previousPath?: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** Of the file as it is after the change; before it where it was removed. */
  sha: string;
  additions: number;
  deletions: number;
  patch?: string;
}

const STATUSES: Record<string, FileChange['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** What changed from one tree to another, as GitHub lists it. */
export async function fileChanges(git: Git, from: string, to: string): Promise<FileChange[]> {
  const options = ['diff-tree', '-r', '-M', '--no-color', '--no-ext-diff'];
  const [raw, numbers, patches] = await Promise.all([
    git.text([...options, '--raw', '-z', '--no-abbrev', from, to]),
    git.text([...options, '--numstat', '-z', from, to]),
    git.text([...options, '--patch', from, to]),
  ]);
  const counts = readCounts(numbers);
  const texts = patches.split(/^diff --git /m).slice(1);
  return readRaw(raw).map((change, index) => {
    const hunks = /^@@[\s\S]*$/m.exec(texts[index] ?? '')?.[0].replace(/\n$/, '');
    return { ...change, ...counts[index]!, ...(hunks === undefined ? {} : { patch: hunks }) };
  });
}

/** Only the figures of `fileChanges`. */
export async function lineCounts(
  git: Git,
  from: string,
  to: string,
): Promise<{ additions: number; deletions: number }[]> {
  return readCounts(await git.text(['diff-tree', '-r', '-M', '--no-ext-diff', '--numstat', '-z', from, to]));
}

function readRaw(raw: string): Omit<FileChange, 'additions' | 'deletions'>[] {
  const fields = raw.split('\0').filter((field) => field !== '');
  const changes: Omit<FileChange, 'additions' | 'deletions'>[] = [];
  while (fields.length > 0) {
    const [, , before, after, code] = fields.shift()!.split(' ');
    const moved = code!.startsWith('R') || code!.startsWith('C');
    const first = fields.shift()!;
    changes.push({
      path: moved ? fields.shift()! : first,
      ...(moved ? { previousPath: first } : {}),
      status: STATUSES[code![0]!] ?? 'changed',
      sha: code === 'D' ? before! : after!,
    });
  }
  return changes;
}

function readCounts(numbers: string): { additions: number; deletions: number }[] {
  const fields = numbers.split('\0');
  const counts: { additions: number; deletions: number }[] = [];
  for (let field = fields.shift(); field !== undefined && field !== ''; field = fields.shift()) {
    const [added, deleted, path] = field.split('\t');
    if (path === '') fields.splice(0, 2); // a rename: both names follow
    counts.push({ additions: Number(added) || 0, deletions: Number(deleted) || 0 }); // "-" for binary files
  }
  return counts;
}

/** The empty tree, against which a first commit is compared. */
export async function emptyTree(git: Git): Promise<string> {
  return git.text(['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' });
}
