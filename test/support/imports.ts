import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, parseSync, Visitor } from 'oxc-parser';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Import {
  /** file:line of the import, from the project's root. */
  readonly at: string;
  readonly file: string;
  /** A file of the project from its root (src/domain/problem.ts), else the module as written. */
  readonly target: string;
  /** Gone once types are stripped. `import { type X }` is not: the module is still loaded. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  readonly imports: readonly Import[];
  readonly defaultExport: boolean;
}

/** Every TypeScript file below FOLDER (from the project's root), parsed. */
export function sourcesIn(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
    .map((file) => parsed(file, readFileSync(join(root, file), 'utf8')));
}

export function parsed(file: string, text: string): SourceFile {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const imports: Import[] = [];
  let defaultExport = false;
  const add = (source: { value: unknown; start: number } | null | undefined, typeOnly: boolean) => {
    if (typeof source?.value !== 'string') return;
    const target = source.value.startsWith('.') ? join(dirname(file), source.value) : source.value;
    imports.push({ at: `${file}:${text.slice(0, source.start).split('\n').length}`, file, target, typeOnly });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source as never, false),
    TSImportType: (node) => add(node.source, true),
    ExportDefaultDeclaration: () => {
      defaultExport = true;
    },
  }).visit(program);
  return { file, text, program, imports, defaultExport };
}
