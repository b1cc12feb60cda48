import type { z } from 'zod';
import type { Fault } from './faults.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** What a schema's own message carries: what is wrong, and what to write. */
export function sentence(message: string, remedy: string): string {
  return `${message}\n${remedy}`;
}

/** Every issue of a schema as a fault, each at the line that it is about. */
export function schemaFaults(issues: readonly z.core.$ZodIssue[], source: YamlSource, file: string): Fault[] {
  return issues.flatMap((issue) => faultsOf(issue).map((one) => faultAt(source, file, one)));
}

/** The same for what did not come from a file. */
export function issueFaults(issues: readonly z.core.$ZodIssue[]): Pick<Fault, 'path' | 'message' | 'remedy'>[] {
  return issues.flatMap((issue) =>
    faultsOf(issue).map(({ path, text }) => ({ path: pathText(path), ...sentences(text) })),
  );
}

export function faultAt(source: YamlSource, file: string, { path, text }: { path: Path; text: string }): Fault {
  return { file, line: source.lineOf(path), path: pathText(path), ...sentences(text) };
}

function sentences(text: string): { message: string; remedy: string } {
  const [message = '', remedy = ''] = text.split('\n');
  return { message, remedy };
}

/** `gates[0].coverage.report` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function faultsOf(issue: z.core.$ZodIssue): { path: Path; text: string }[] {
  if (issue.code === 'unrecognized_keys') {
    // One message for all keys, a line for each, in their order.
    const texts = issue.message.split('\n\n');
    return issue.keys.map((key, index) => ({ path: [...issue.path, key], text: texts[index] ?? issue.message }));
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => ({ path: issue.path, text: textOf(inner) }));
  }
  return [{ path: issue.path, text: textOf(issue) }];
}

function textOf(issue: z.core.$ZodIssue): string {
  if (issue.message.includes('\n')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.message);
    case 'invalid_value':
      return sentence('has a value that is not known', `Write one of: ${issue.values.map(String).join(', ')}.`);
    case 'too_small':
      return sentence(`is too ${issue.origin === 'number' ? 'small' : 'short'}`, `Write at least ${issue.minimum}.`);
    case 'too_big':
      return sentence(`is too ${issue.origin === 'number' ? 'large' : 'long'}`, `Write at most ${issue.maximum}.`);
    default:
      return sentence(issue.message, 'See docs/project-file.md for what goes here.');
  }
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text (in quotes where it looks like a number: "3.10")',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list: [one, two]',
  object: 'keys and values: { key: value }',
  record: 'keys and values: { key: value }',
};

function wrongType(expected: string, message: string): string {
  const word = WORDS[expected] ?? expected;
  if (message.endsWith('received undefined')) return sentence('is missing', `Write ${word}.`);
  return sentence(`is ${message.split('received ').at(-1) ?? 'something else'}`, `Write ${word}.`);
}
