import { closestMatch } from 'leven';
import { z } from 'zod';
import { bytesOf } from './bytes.ts';
import { secondsOf } from './duration.ts';
import { sentence } from './schema-faults.ts';

/** An object that takes these keys and no other; an unknown one is answered with the nearest that there is. */
export function keys<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownKey(key, known)).join('\n\n') : undefined,
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = closestMatch(key, known, { maxDistance: 4 });
  const list = `The keys here are: ${known.join(', ')}.`;
  return sentence('is not a key that is known here', near === undefined ? list : `Did you mean ${near}? ${list}`);
}

/** A text that a rule looks at: the rule answers what is wrong and what to write, or nothing. */
export function text(rule: (value: string) => readonly [wrong: string, remedy: string] | undefined) {
  return z.string().superRefine((value, context) => {
    const [wrong, remedy] = controlCharacters(value) ?? tooLong(value) ?? rule(value) ?? [];
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: sentence(wrong, remedy ?? '') });
  });
}

function controlCharacters(value: string): [string, string] | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(value)) return undefined;
  return ['holds a control character', 'Write it without; line ends and tabs are the only ones that are taken.'];
}

function tooLong(value: string): [string, string] | undefined {
  return value.length > 10_000 ? ['is longer than 10000 characters', 'Make it shorter.'] : undefined;
}

export function pattern(expression: RegExp, remedy: string) {
  return text((value) =>
    expression.test(value) ? undefined : [`is ${shown(value)}, which cannot be used here`, remedy],
  ).meta({ pattern: expression.source });
}

/** Of a project, a gate, an index, a checklist item: part of ids, so the strictest. */
export const projectName = pattern(
  /^[a-z0-9][a-z0-9._-]{0,62}$/,
  'Write lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
);
export const python = pattern(/^\d+\.\d+(\.\d+)?$/, 'Write a Python version in quotes, such as "3.11".');

export function shown(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

/** What people read: one paragraph or several, not empty. */
export const prose = text((value) => (value.trim() === '' ? ['is empty', 'Write a sentence.'] : undefined)).meta({
  pattern: '\\S',
});

export const oneLine = text((value) => {
  if (value.trim() === '') return ['is empty', 'Write one line of text.'];
  return /[\n\t]/.test(value) ? ['holds a tab or a line end', 'Write one line of text.'] : undefined;
}).meta({ pattern: '^[^\\n\\t]*[^\\s][^\\n\\t]*$' });

/** A project's own command: run by a shell on a build worker, as written. */
export const command = text((value) =>
  value.trim() === '' ? ['is empty', 'Write the command as you would type it in the repository.'] : undefined,
);

/** `300`, `90s`, `10m`, `24h`, `7d`: seconds. */
export const duration = z.unknown().transform((value, context): number => {
  const seconds = typeof value === 'number' || typeof value === 'string' ? secondsOf(value) : undefined;
  if (seconds !== undefined) return seconds;
  const remedy =
    'Write seconds as a whole number from 1, or a number with s, m, h or d: 300, 90s, 10m, 24h; 90 days at most.';
  context.addIssue({
    code: 'custom',
    message: sentence(`is ${shown(JSON.stringify(value) ?? '')}, which is not a duration`, remedy),
  });
  return z.NEVER;
});

/** `512MiB`, `4GiB`: bytes. */
export const bytes = z.unknown().transform((value, context): number => {
  const size = typeof value === 'number' || typeof value === 'string' ? bytesOf(value) : undefined;
  if (size !== undefined) return size;
  const remedy = 'Write such as 512MiB or 4GiB, from 1MiB to 1024GiB.';
  context.addIssue({
    code: 'custom',
    message: sentence(`is ${shown(JSON.stringify(value) ?? '')}, which is not a size`, remedy),
  });
  return z.NEVER;
});

/** A path inside the repository. */
export const repositoryPath = text(pathFault);
/** A path pattern inside the repository, such as docs/**\/*.md */
export const pathPattern = text(pathFault);

export function pathFault(value: string): [string, string] | undefined {
  const remedy = 'Write a path inside the repository, with /, such as docs/api or src/acme/__init__.py.';
  if (value === '') return ['is empty', remedy];
  if (/^([/~]|[A-Za-z]:)/.test(value)) return [`is ${shown(value)}, an absolute path`, remedy];
  if (value.startsWith('-')) return [`is ${shown(value)}, which a program would read as an option`, remedy];
  if (/[\\\n\t]/.test(value)) return [`is ${shown(value)}, which holds a backslash, a tab or a line end`, remedy];
  const parts = value.split('/');
  if (parts.includes('..')) return [`is ${shown(value)}, which leaves the repository`, remedy];
  if (parts.some((part) => part.toLowerCase() === '.git')) return [`is ${shown(value)}, git's own folder`, remedy];
  return undefined;
}

/** A branch, by git's own rules for names. */
export const branchName = text((value) =>
  refFault(value)
    ? [`is ${shown(value)}, which is no branch name`, 'Write a branch such as main or release/1.x.']
    : undefined,
);

export function refFault(value: string): boolean {
  return (
    !/^[\w.+@#%=,!&'()/-]+$/u.test(value) ||
    /^[-/.@]|\.\.|\/\/|@\{|\/\.|\.lock(\/|$)|[/.]$/.test(value) ||
    /^refs\/|^HEAD$/.test(value) ||
    value.length > 200
  );
}

/** The name under which the publish worker finds a secret: never the secret. */
export const credentialName = text((value) => {
  const remedy = 'Write the name of a file in the credentials folder, such as PYPI_TOKEN.';
  if (/^(pypi-|gh[pousr]_|github_pat_|glpat-|eyJ)/.test(value)) {
    return ['is a secret itself, not the name of one', `Revoke that secret: it was written into a file. ${remedy}`];
  }
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(value) ? undefined : [`is ${shown(value)}, which is no name`, remedy];
});
