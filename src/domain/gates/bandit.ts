import { Problem } from '../problem.ts';
import type { Gate } from '../project.ts';
import type { GateFindings, ReportReader } from './judge.ts';
import { readJson } from './report.ts';

const SEVERITIES = ['low', 'medium', 'high'] as const;

interface BanditReport {
  readonly results?: readonly {
    readonly issue_severity: string;
    readonly issue_text: string;
    readonly filename: string;
    readonly line_number: number;
  }[];
  readonly errors?: readonly { readonly filename: string; readonly reason: string }[];
}

/** bandit's JSON: its own exit status is 1 for any finding, so the report decides. A file that it could not read was not scanned. */
export function judgeBandit(wanted: NonNullable<Gate['bandit']>, read: ReportReader): GateFindings {
  const text = read(wanted.report);
  if (text === undefined) throw new Problem('report-unreadable', `there is no ${wanted.report}`);
  const { results, errors = [] } = readJson<BanditReport>(wanted.report, text);
  if (results === undefined)
    throw new Problem('report-unreadable', `${wanted.report} is no report of bandit: it has no "results"`);
  const severities = results.map((one) => one.issue_severity.toLowerCase());
  const counted = SEVERITIES.slice(SEVERITIES.indexOf(wanted.failOn)) as readonly string[];
  return {
    numbers: SEVERITIES.map((severity) => ({
      name: `findings ${severity}`,
      value: severities.filter((one) => one === severity).length,
    })),
    faults: [
      ...results
        .filter((one) => counted.includes(one.issue_severity.toLowerCase()))
        .map((one) => `${one.issue_severity.toLowerCase()}: ${one.issue_text} (${one.filename}:${one.line_number})`),
      ...errors.map((one) => `${one.filename} was not scanned: ${one.reason}`),
    ],
    decides: true,
  };
}
