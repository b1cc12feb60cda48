import { type Expression, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { type Import, parsed, type SourceFile, sourcesIn } from './support/imports.ts';

type Allowed = (target: string) => boolean;

/** `src/api/` is a folder, `node:` every built-in, `hono` the package with its subpaths. */
const among =
  (...names: string[]): Allowed =>
  (target) =>
    names.some((name) => target === name || target.startsWith(/[/:]$/.test(name) ? name : `${name}/`));
const libraries: Allowed = (target) => !among('src/', '@temporalio/')(target);
const nothing: Allowed = () => false;
const anything: Allowed = () => true;

const hono = ['hono', '@hono/node-server'];
const workflowLibraries = ['semver', '@renovatebot/pep440', '@noble/ed25519', '@noble/hashes'];

/** Who may import whom: values that are there at run time, and types, which may be more. */
const RULES: Record<string, { values: Allowed; types: Allowed }> = {
  domain: {
    values: among('src/domain/', ...workflowLibraries, 'smol-toml', 'picomatch', 'fast-xml-parser'),
    types: nothing,
  },
  workflows: {
    values: among('src/workflows/', 'src/domain/', '@temporalio/workflow', '@temporalio/common'),
    types: among('src/activities/index.ts'),
  },
  activities: {
    values: among(
      'src/activities/',
      'src/domain/',
      '@temporalio/activity',
      '@temporalio/common',
      'node:crypto',
      'node:path',
    ),
    types: among('@temporalio/worker'),
  },
  clients: {
    values: (target) =>
      among('src/clients/', 'src/domain/problem.ts', 'src/domain/confinement.ts')(target) || libraries(target),
    types: among('src/activities/ports.ts', 'src/domain/'),
  },
  api: {
    values: among(
      ...['src/api/', 'src/domain/', 'src/config/', 'src/workflows/messages.ts', 'node:', 'zod', ...hono],
      ...['@octokit/webhooks-methods', '@temporalio/client', '@temporalio/common', 'rate-limiter-flexible'],
    ),
    types: among('src/workflows/index.ts', 'src/activities/ports.ts'),
  },
  /** For programs of others as well: types are what it shares with the API. */
  'api-client': { values: among('src/api-client/'), types: among('src/api/', 'src/domain/', 'zod') },
  dashboard: { values: among('src/dashboard/', ...hono), types: among('src/api/', 'src/domain/') },
  config: { values: among('src/config/', 'src/domain/', 'zod', 'yaml', 'leven', 'node:'), types: nothing },
  temporal: {
    values: among('src/temporal/', 'src/clients/command.ts', 'src/domain/problem.ts', '@temporalio/', 'node:'),
    types: nothing,
  },
  /** Numbers, traces and logs: what it looks at hands itself over, by ports and Node's diagnostics channels. */
  observation: {
    values: (target) =>
      among(
        ...[
          'src/observation/',
          'src/domain/',
          'src/clients/observed.ts',
          'src/clients/scrub.ts',
          'src/api/route-of.ts',
          'src/temporal/',
        ],
        ...['@temporalio/common', '@temporalio/activity', '@temporalio/client'],
      )(target) || libraries(target),
    types: among('src/api/', 'src/activities/', '@temporalio/worker'),
  },
  sandbox: {
    values: (target) =>
      among('src/sandbox/', 'src/config/', 'src/temporal/', 'src/domain/')(target) ||
      among('src/clients/command.ts', 'src/clients/kept-process.ts')(target) ||
      libraries(target),
    types: nothing,
  },
  /** The embedded node: one machine, all processes, one folder. */
  node: {
    values: (target) =>
      among('src/node/', 'src/clients/', 'src/config/', 'src/domain/', 'src/temporal/')(target) || libraries(target),
    types: nothing,
  },
  /** cli.ts in parts, a command each; what a run looks at too is looked at by the same function. */
  cli: {
    values: (target) =>
      among('src/cli/', 'src/api-client/', 'src/activities/', 'src/clients/', 'src/config/', 'src/domain/')(target) ||
      among('src/node/')(target) ||
      libraries(target),
    types: nothing,
  },
  /** demo.ts in parts: what a person at the terminal sees of the API and the sandbox. */
  demo: {
    values: (target) =>
      among('src/demo/', 'src/sandbox/', 'src/clients/', 'src/config/', 'src/domain/')(target) || libraries(target),
    types: among('src/api/'),
  },
};
const ROOTS = ['worker', 'server', 'demo', 'cli'].map((name) => `src/${name}.ts`);
/** The sandbox's git server streams both ways, which a command with kept output cannot. */
const PROCESS_STARTERS = among('src/clients/command.ts', 'src/sandbox/github/git/');

const LONGEST = 250;

const sources = sourcesIn('src');
const tests = sourcesIn('test');
const tools = sourcesIn('tools');
const imports = sources.flatMap((source) => source.imports);

test('every file lies in a folder that has a rule, or is a composition root', () => {
  expect(sources.map(({ file }) => file).filter((file) => !ROOTS.includes(file) && !ruleOf(file))).toEqual([]);
});

test('files import only what their folder may', () => {
  expect(imports.filter(offends).map(told)).toEqual([]);
});

test('composition roots are imported by nobody', () => {
  expect(imports.filter(({ target }) => ROOTS.includes(target)).map(told)).toEqual([]);
});

test('only clients/command.ts starts processes', () => {
  const starters = imports.filter(({ target }) => among('execa', 'node:child_process', 'child_process')(target));
  expect(starters.filter(({ file }) => !PROCESS_STARTERS(file)).map(told)).toEqual([]);
});

test('no library gets into the workflow bundle but those known to be small and pure', () => {
  const known = among('@temporalio/workflow', '@temporalio/common', ...workflowLibraries);
  expect(
    reachedFrom('src/workflows/index.ts')
      .filter(({ target }) => !target.startsWith('src/') && !known(target))
      .map(told),
  ).toEqual([]);
});

test('the domain reads no clock, no dice, no environment and writes no log', () => {
  expect(sources.filter(({ file }) => file.startsWith('src/domain/')).flatMap(impurities)).toEqual([]);
});

test('no module of the workflow code keeps anything of a run: all runs of a worker share them', () => {
  const shared = sources.filter(({ file }) => /^src\/(?:workflows|domain)\//.test(file));
  expect(shared.flatMap(keepings)).toEqual([]);
});

test('no file is longer than a reader takes in', () => {
  const lines = ({ text }: SourceFile) => text.trimEnd().split('\n').length;
  const long = [...sources, ...tools].filter((source) => lines(source) > LONGEST);
  expect(long.map((source) => `${source.file}: ${lines(source)} lines`)).toEqual([]);
});

test('every export has a name', () => {
  expect([...sources, ...tests, ...tools].filter(({ defaultExport }) => defaultExport).map(({ file }) => file)).toEqual(
    [],
  );
});

test('no test is left out for good', () => {
  const leftOut = /\b(?:test|it|describe)(?:\.\w+)*\.(?:only|skip|todo|fails)\b/;
  expect(tests.filter(({ text }) => leftOut.test(text)).map(({ file }) => file)).toEqual([]);
});

describe('an offence is seen:', () => {
  const offence = (file: string, text: string) => parsed(file, text).imports.filter(offends).map(told);

  test('a workflow that imports activities as values', () => {
    const text = "import { createActivities } from '../activities/index.ts';";
    expect(offence('src/workflows/release.ts', text)).toEqual([
      'src/workflows/release.ts:1 imports src/activities/index.ts',
    ]);
    expect(offence('src/workflows/release.ts', text.replace('import', 'import type'))).toEqual([]);
  });

  test('a type import that still loads its module', () => {
    expect(offence('src/workflows/a.ts', "import { type A } from '../activities/index.ts';")).toHaveLength(1);
  });

  test('what is exported again, imported later, or named in a type', () => {
    expect(offence('src/domain/a.ts', "export { b } from '../api/b.ts';")).toHaveLength(1);
    expect(offence('src/clients/a.ts', "const b = await import('@temporalio/client');")).toHaveLength(1);
    expect(offence('src/domain/a.ts', "let b: typeof import('../clients/b.ts');")).toHaveLength(1);
  });

  test('a variable of a module, and a collection that begins empty', () => {
    const text =
      'let a = 1; export const b = new Map(); const c: string[] = []; const d = {}; const e = new Set([1]); const f = new WeakMap(); const g = [1];';
    expect(keepings(parsed('src/domain/a.ts', text))).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `src/domain/a.ts: ${name}`),
    );
  });

  test('a clock in the domain', () => {
    const clocks = 'Date.now(); new Date(); new Date(at); Math.random(); Math.max(1);';
    expect(impurities(parsed('src/domain/a.ts', clocks))).toEqual([
      'src/domain/a.ts: Date.now',
      'src/domain/a.ts: new Date()',
      'src/domain/a.ts: Math.random',
    ]);
  });
});

function ruleOf(file: string) {
  const [, folder = '', inside] = file.split('/');
  return inside === undefined ? undefined : RULES[folder];
}

function offends({ file, target, typeOnly }: Import): boolean {
  const { values, types } = ruleOf(file) ?? { values: anything, types: anything };
  return !values(target) && !(typeOnly && types(target));
}

function told({ at, target, typeOnly }: Import): string {
  return `${at} imports ${typeOnly ? 'the types of ' : ''}${target}`;
}

function reachedFrom(entry: string): Import[] {
  const bySource = new Map(sources.map((source) => [source.file, source]));
  const seen = new Set([entry]);
  const found: Import[] = [];
  for (const file of seen) {
    const values = (bySource.get(file)?.imports ?? []).filter(({ typeOnly }) => !typeOnly);
    found.push(...values);
    for (const { target } of values) seen.add(target);
  }
  return found;
}

function impurities(source: SourceFile): string[] {
  const found: string[] = [];
  new Visitor({
    MemberExpression: ({ object, property }) => {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return;
      const name = `${object.name}.${property.name}`;
      if (/^(?:Date\.now|Math\.random|(?:process|console|performance)\..*)$/.test(name)) found.push(name);
    },
    NewExpression: ({ callee, arguments: given }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) found.push('new Date()');
    },
  }).visit(source.program);
  return found.map((what) => `${source.file}: ${what}`);
}

/** Variables at the top of a module that change, or that begin empty and so are there to be filled. */
function keepings({ file, program }: SourceFile): string[] {
  const declarations = program.body
    .map((node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    .filter((node) => node?.type === 'VariableDeclaration');
  return declarations.flatMap(({ declarations: all, kind }) =>
    all
      .filter(({ init }) => kind !== 'const' || beginsEmpty(init))
      .map(({ id }) => `${file}: ${'name' in id ? id.name : '?'}`),
  );
}

function beginsEmpty(init: Expression | null): boolean {
  if (init?.type === 'ArrayExpression') return init.elements.length === 0;
  if (init?.type === 'ObjectExpression') return init.properties.length === 0;
  if (init?.type !== 'NewExpression' || init.callee.type !== 'Identifier') return false;
  return ['Map', 'Set', 'Array'].includes(init.callee.name) && init.arguments.length === 0;
}
