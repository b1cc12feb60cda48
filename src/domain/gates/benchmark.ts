import { Problem } from '../problem.ts';
import type { Gate } from '../project.ts';
import type { GateFindings, ReportReader } from './judge.ts';
import { readJson } from './report.ts';

interface BenchmarkReport {
  readonly benchmarks?: readonly {
    readonly fullname: string;
    readonly stats: { readonly mean: number; readonly min: number };
  }[];
}

/**
 * pytest-benchmark's JSON against the same benchmarks of the last release, run beside it. The fastest rounds are compared: a machine
 * that does other things at the same time makes the mean say more of the machine than of the code.
 */
export function judgeBenchmark(
  wanted: NonNullable<Gate['benchmark']>,
  read: ReportReader,
  baseline?: ReportReader,
): GateFindings {
  const now = timesIn(wanted.report, read);
  if (now === undefined) throw new Problem('report-unreadable', `there is no ${wanted.report}`);
  const before = baseline ? timesIn(wanted.report, baseline) : undefined;
  if (before === undefined) {
    const why = baseline ? 'the last release wrote no such report' : 'there is no last release';
    return {
      numbers: [
        { name: 'benchmarks', value: now.size },
        { name: 'baseline', value: why },
      ],
      faults: [],
      decides: false,
    };
  }
  const changes = [...now].flatMap(([name, seconds]) => {
    const old = before.get(name);
    return old === undefined || old === 0 ? [] : [{ name, change: seconds / old - 1 }];
  });
  return {
    numbers: changes.map(({ name, change }) => ({
      name,
      value: `${change >= 0 ? '+' : ''}${(100 * change).toFixed(1)} %`,
    })),
    faults: changes
      .filter(({ change }) => change > wanted.maxSlower)
      .map(
        ({ name, change }) =>
          `${name} is ${(100 * change).toFixed(1)} % slower than the last release, more than ${100 * wanted.maxSlower} %`,
      ),
    decides: false,
  };
}

function timesIn(report: string, read: ReportReader): Map<string, number> | undefined {
  const text = read(report);
  if (text === undefined) return undefined;
  const { benchmarks } = readJson<BenchmarkReport>(report, text);
  if (benchmarks === undefined)
    throw new Problem('report-unreadable', `${report} is no report of pytest-benchmark: it has no "benchmarks"`);
  return new Map(benchmarks.map((one) => [one.fullname, one.stats.min]));
}
