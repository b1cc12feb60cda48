import { XMLParser } from 'fast-xml-parser';
import { Problem } from '../problem.ts';
import type { Gate } from '../project.ts';
import type { GateFindings, ReportReader } from './judge.ts';
import { readJson } from './report.ts';

interface Counted {
  readonly path: string;
  readonly covered: number;
  readonly total: number;
}

/** coverage.py's JSON or Cobertura XML: lines (and branches where they were measured) overall and below each path with a threshold. */
export function judgeCoverage(wanted: NonNullable<Gate['coverage']>, read: ReportReader): GateFindings {
  const text = read(wanted.report);
  if (text === undefined) throw new Problem('report-unreadable', `there is no ${wanted.report}`);
  const files = text.trimStart().startsWith('<') ? fromXml(wanted.report, text) : fromJson(wanted.report, text);
  if (files.length === 0)
    throw new Problem('report-unreadable', `${wanted.report} names no file: nothing was measured`);
  const checks = [
    { name: 'coverage', of: files, least: wanted.overall },
    ...Object.entries(wanted.paths).map(([path, least]) => ({
      name: `coverage of ${path}`,
      of: below(files, path),
      least,
    })),
  ];
  return {
    numbers: checks
      .filter((one) => one.of.length > 0)
      .map(({ name, of }) => ({ name, value: `${percent(of).toFixed(1)} %` })),
    faults: checks.flatMap(({ name, of, least }) => {
      if (of.length === 0) return [`${name}: no measured file is below it`];
      return least !== undefined && percent(of) < least
        ? [`${name} is ${percent(of).toFixed(2)} %, less than ${least} %`]
        : [];
    }),
    decides: false,
  };
}

function below(files: readonly Counted[], path: string): Counted[] {
  const prefix = path.replace(/\/+$/, '');
  return files.filter(
    (file) => file.path === prefix || file.path.startsWith(`${prefix}/`) || file.path.includes(`/${prefix}/`),
  );
}

function percent(files: readonly Counted[]): number {
  const total = files.reduce((sum, file) => sum + file.total, 0);
  return total === 0 ? 100 : (100 * files.reduce((sum, file) => sum + file.covered, 0)) / total;
}

interface CoverageJson {
  readonly files?: Readonly<Record<string, { readonly summary: Readonly<Record<string, number>> }>>;
}

function fromJson(report: string, text: string): Counted[] {
  const { files } = readJson<CoverageJson>(report, text);
  if (files === undefined)
    throw new Problem('report-unreadable', `${report} is no report of coverage.py: it has no "files"`);
  return Object.entries(files).map(([path, { summary }]) => ({
    path: path.replaceAll('\\', '/'),
    covered: (summary.covered_lines ?? 0) + (summary.covered_branches ?? 0),
    total: (summary.num_statements ?? 0) + (summary.num_branches ?? 0),
  }));
}

interface CoberturaClass {
  readonly filename: string;
  readonly lines?: { readonly line?: readonly { readonly hits: string; readonly 'condition-coverage'?: string }[] };
}

interface Cobertura {
  readonly coverage?: {
    readonly sources?: { readonly source?: readonly unknown[] };
    readonly packages?: {
      readonly package?: readonly { readonly classes?: { readonly class?: readonly CoberturaClass[] } }[];
    };
  };
}

function fromXml(report: string, text: string): Counted[] {
  const lists = ['source', 'package', 'class', 'line'];
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    isArray: (name) => lists.includes(name),
  });
  const { coverage } = parser.parse(text) as Cobertura;
  if (coverage === undefined) throw new Problem('report-unreadable', `${report} is no Cobertura report`);
  // File names are relative to a source folder, whose end is the part of the path that a threshold names.
  const sources = coverage.sources?.source ?? [];
  const folder = sources.length === 1 ? String(sources[0]).replace(/\/+$/, '') : '';
  const classes = (coverage.packages?.package ?? []).flatMap((one) => one.classes?.class ?? []);
  return classes.map((one) => {
    const lines = one.lines?.line ?? [];
    const branches = lines
      .map((line) => /\((\d+)\/(\d+)\)/.exec(line['condition-coverage'] ?? ''))
      .filter((match) => match !== null);
    return {
      path: folder === '' ? one.filename : `${folder}/${one.filename}`,
      covered:
        lines.filter((line) => Number(line.hits) > 0).length +
        branches.reduce((sum, match) => sum + Number(match[1]), 0),
      total: lines.length + branches.reduce((sum, match) => sum + Number(match[2]), 0),
    };
  });
}
