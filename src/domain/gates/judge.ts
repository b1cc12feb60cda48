import type { Gate } from '../project.ts';
import { judgeBandit } from './bandit.ts';
import { judgeBenchmark } from './benchmark.ts';
import { judgeCoverage } from './coverage.ts';
import { judgeJunit } from './junit.ts';

export interface GateFindings {
  readonly numbers: readonly { readonly name: string; readonly value: string | number }[];
  /** What keeps the gate from passing, each a sentence with both numbers. */
  readonly faults: readonly string[];
  /** The report alone says whether the gate passed; the command's exit status then says nothing more (bandit fails on any finding). */
  readonly decides: boolean;
}

/** Text of a report below the checkout; undefined where the gate wrote none. */
export type ReportReader = (path: string) => string | undefined;

/** The verdict of a gate's reports against its thresholds. `report-unreadable` where one is missing or is no report. */
export function judgeReports(gate: Gate, read: ReportReader, baseline?: ReportReader): GateFindings {
  const all: GateFindings[] = [
    ...(gate.coverage ? [judgeCoverage(gate.coverage, read)] : []),
    ...(gate.junit ? [judgeJunit(gate.junit, read)] : []),
    ...(gate.bandit ? [judgeBandit(gate.bandit, read)] : []),
    ...(gate.benchmark ? [judgeBenchmark(gate.benchmark, read, baseline)] : []),
  ];
  return {
    numbers: all.flatMap((one) => one.numbers),
    faults: all.flatMap((one) => one.faults),
    decides: all.length > 0 && all.every((one) => one.decides),
  };
}
