import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Fault } from './faults.ts';

export type Path = readonly PropertyKey[];

/** A YAML text as plain data, which still knows on which line each thing was written. */
export interface YamlSource {
  readonly value: unknown;
  /** Of the key where there is one, else of the nearest thing around it that was written. */
  lineOf(path: Path): number;
  readonly faults: readonly Fault[];
}

export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const faults = document.errors.map(({ message, pos }): Fault => {
    const remedy = 'Correct the YAML: keys and values as `key: value`, lists with `- `, indentation by spaces.';
    return { file, line: lineAt(pos[0]), path: '', message: `is not YAML: ${message}`, remedy };
  });
  const lineOf = (path: Path) => lineAt(offsetOf(document, path));
  if (faults.length > 0) return { value: undefined, lineOf, faults };
  try {
    return { value: document.toJS({ maxAliasCount: 50 }), lineOf, faults };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error; // what yaml throws for aliases without end
    const remedy = 'Write the values out instead of repeating them by reference.';
    return { value: undefined, lineOf, faults: [{ file, line: 1, path: '', message: error.message, remedy }] };
  }
}

function offsetOf(document: Document, path: Path): number {
  if (path.length === 0) return 0;
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(last))?.key;
    if (isNode(key) && key.range) return key.range[0];
  }
  const node = document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : offsetOf(document, path.slice(0, -1));
}
