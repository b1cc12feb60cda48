import type { VersionHome } from './home.ts';
import { moduleAssignments, type PythonToken, plainString, pythonTokens } from './python-tokens.ts';
import { lineOf } from './tree.ts';

/** Names that hold a package's version wherever they stand in its version modules. */
export const VERSION_NAMES = [
  '__version__',
  'VERSION',
  'version',
  '__VERSION__',
  '_version',
  'version_info',
  '__version_info__',
  'VERSION_INFO',
];

/** Homes in a Python module: each of the names that is assigned a plain string or a plain tuple at the top level. */
export function pythonHomes(path: string, text: string, names: readonly string[] = VERSION_NAMES): VersionHome[] {
  if (!names.some((name) => text.includes(name))) return [];
  return moduleAssignments(pythonTokens(text)).flatMap((assignment): VersionHome[] => {
    const name = assignment.names.find((candidate) => names.includes(candidate));
    const [first] = assignment.value;
    if (name === undefined || first === undefined) return [];
    const where = `${name}, line ${lineOf(text, first.start)}`;
    const base = { path, kind: 'python', where, name, notation: 'pep440' } as const;
    const string = assignment.value.length === 1 ? plainString(first) : undefined;
    if (string !== undefined) {
      return [
        { ...base, version: string.value, span: { start: string.start, end: string.end }, form: 'whole' as const },
      ];
    }
    const version = spelledByTuple(assignment.value);
    if (version === undefined) return [];
    const span = { start: first.start, end: assignment.value.at(-1)!.end };
    return [{ ...base, version, span, form: 'tuple' as const }];
  });
}

const STAGE_WORDS: Readonly<Record<string, string>> = {
  final: '',
  alpha: 'a',
  a: 'a',
  beta: 'b',
  b: 'b',
  candidate: 'rc',
  rc: 'rc',
  c: 'rc',
  dev: '.dev',
};

/** `(1, 2, 3)`, `("1", "2", "3")`, and `(1, 2, 3, "final", 0)`: what else a tuple may hold is not guessed. */
function spelledByTuple(tokens: readonly PythonToken[]): string | undefined {
  const items = tupleItems(tokens);
  if (items === undefined || (items.length !== 3 && items.length !== 5)) return undefined;
  const values = items.map((item) => plainString(item)?.value ?? (item.type === 'number' ? item.text : ''));
  const numbers = [...values.slice(0, 3), ...values.slice(4)];
  if (!numbers.every((number) => /^\d+$/.test(number))) return undefined;
  const release = values.slice(0, 3).join('.');
  if (items.length === 3) return release;
  const stage = STAGE_WORDS[values[3] ?? ''];
  if (stage === undefined) return undefined;
  return stage === '' ? release : `${release}${stage}${values[4]}`;
}

/** Version tuples that are written in a way that is not understood, such as `(6, 6, 0, -100)`: a person looks after them. */
export function unreadTuples(path: string, text: string): string[] {
  if (!/version/i.test(text)) return [];
  return moduleAssignments(pythonTokens(text)).flatMap(({ names, value }) => {
    const name = names.find(
      (candidate) => /version_info|VERSION/i.test(candidate) && VERSION_NAMES.includes(candidate),
    );
    const [open, number] = value;
    const isTuple = open?.text === '(' && number?.type === 'number';
    if (name === undefined || !isTuple || spelledByTuple(value) !== undefined) return [];
    return [
      `${path} (${name}, line ${lineOf(text, open.start)}) is a tuple of a form that is not understood: left alone`,
    ];
  });
}

/** The items of `(a, b, c)` or `[a, b, c]`, each one token long. */
export function tupleItems(tokens: readonly PythonToken[]): PythonToken[] | undefined {
  const [open] = tokens;
  if (open === undefined || !/^[([]$/.test(open.text) || !/^[)\]]$/.test(tokens.at(-1)?.text ?? '')) return undefined;
  const inside = tokens.slice(1, -1);
  const items = inside.filter((_, index) => index % 2 === 0);
  const commas = inside.filter((_, index) => index % 2 === 1);
  return commas.every(({ text }) => text === ',') ? items : undefined;
}

/** The tuple's text for another version, its spacing, quotes and words kept. */
export function tupleFor(text: string, pep440: string): string {
  const items = tupleItems(pythonTokens(text)) ?? [];
  const {
    numbers = '',
    stage = '',
    count = '0',
  } = /^(?<numbers>[\d.]+?)(?:\.?(?<stage>a|b|rc|dev)(?<count>\d+))?$/.exec(pep440)?.groups ?? {};
  const wanted = [...numbers.split('.'), stage, count];
  return items.reduceRight((result, item, index) => {
    const inner = plainString(item) ?? item;
    const old = text.slice(inner.start, inner.end);
    const next = index === 3 ? stageWord(old, stage) : (wanted[index] ?? '0');
    return result.slice(0, inner.start) + next + result.slice(inner.end);
  }, text);
}

const LONG_WORDS: Readonly<Record<string, string>> = { '': 'final', a: 'alpha', b: 'beta', rc: 'rc', dev: 'dev' };

function stageWord(old: string, stage: string): string {
  if (stage === 'rc' && (old === 'c' || old === 'candidate')) return old;
  return old.length === 1 && stage !== '' ? stage : LONG_WORDS[stage]!;
}
