import { isAbsolute } from 'node:path';
import { Problem } from '../../domain/problem.ts';

const COMPONENT = /^[A-Za-z0-9_][A-Za-z0-9._+@-]*$/;

/** git itself allows names that begin with `-` in full refs; what is not plainly a name is refused here. */
export function checkRef(ref: string): string {
  const [refs, kind, ...rest] = ref.split('/');
  const plain = [kind ?? '', ...rest].every(
    (part) => COMPONENT.test(part) && !part.includes('..') && !part.includes('@{') && !/(\.|\.lock)$/.test(part),
  );
  if (refs !== 'refs' || rest.length === 0 || !plain) {
    throw new Problem('git-refused', `${JSON.stringify(ref)} is not the full name of a branch or tag`);
  }
  return ref;
}

export function checkSha(sha: string): string {
  if (!/^[0-9a-f]{40}$/.test(sha)) throw new Problem('git-refused', `${JSON.stringify(sha)} is not a commit's SHA`);
  return sha;
}

/** A SHA, a name, or one of these with `^`, `~` or `^{…}` behind it; no range, no search, no option. */
export function checkRevision(revision: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._/+-]*(\^\d*|~\d*|\^\{[a-z]*\})*$/.test(revision) || revision.includes('..')) {
    throw new Problem('git-refused', `${JSON.stringify(revision)} is not a revision`);
  }
  return revision;
}

/** A file's path inside a repository. */
export function checkPath(path: string): string {
  const parts = path.split('/');
  const outside = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (outside || isAbsolute(path) || path.includes('\0')) {
    throw new Problem('git-refused', `${JSON.stringify(path)} is not the path of a file in the repository`);
  }
  return path;
}

/** What git would silently strip or split at. */
export function checkPerson(person: { name: string; email: string }): void {
  for (const text of [person.name, person.email]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (text.trim() === '' || /[<>\u0000-\u001f]/.test(text)) {
      throw new Problem('git-refused', `${JSON.stringify(text)} can't stand in a commit as name or e-mail`);
    }
  }
}
