import { XMLParser } from 'fast-xml-parser';
import { Problem } from '../problem.ts';
import type { Gate } from '../project.ts';
import type { GateFindings, ReportReader } from './judge.ts';

interface Suite {
  readonly tests?: string;
  readonly failures?: string;
  readonly errors?: string;
  readonly skipped?: string;
}

interface Junit {
  readonly testsuites?: { readonly testsuite?: readonly Suite[] };
  readonly testsuite?: readonly Suite[];
}

/** JUnit XML as pytest writes it. No test at all is no success. */
export function judgeJunit(wanted: NonNullable<Gate['junit']>, read: ReportReader): GateFindings {
  const text = read(wanted.report);
  if (text === undefined) throw new Problem('report-unreadable', `there is no ${wanted.report}`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    isArray: (name) => name === 'testsuite',
  });
  const parsed = parser.parse(text) as Junit;
  const suites = parsed.testsuites?.testsuite ?? parsed.testsuite;
  if (suites === undefined) throw new Problem('report-unreadable', `${wanted.report} is no JUnit report`);
  const sum = (field: keyof Suite) => suites.reduce((total, suite) => total + Number(suite[field] ?? 0), 0);
  const [tests, failures, skipped] = [sum('tests'), sum('failures') + sum('errors'), sum('skipped')];
  const least = Math.max(1, wanted.minTests);
  return {
    numbers: [
      { name: 'tests', value: tests },
      { name: 'failures', value: failures },
      { name: 'skipped', value: skipped },
    ],
    faults: [
      ...(tests < least ? [`${tests} tests ran, fewer than ${least}`] : []),
      ...(failures > wanted.maxFailures ? [`${failures} tests failed, more than ${wanted.maxFailures}`] : []),
      ...(wanted.maxSkipped !== undefined && skipped > wanted.maxSkipped
        ? [`${skipped} tests were skipped, more than ${wanted.maxSkipped}`]
        : []),
    ],
    decides: wanted.maxFailures > 0,
  };
}
