import type { CadenceNotice } from './cadence.ts';

export function subjectOfCadence(title: string, notice: CadenceNotice | undefined): string {
  if (!notice) return `${title}: a version is due`;
  return `${title}: the next ${notice.bump} version, ${notice.next}, is ${notice.state}`;
}

export function linesOfCadence(notice: CadenceNotice | undefined): string[] {
  if (!notice) return [];
  const { last, days, every, reasons } = notice;
  return [
    `${last.version} came out ${days} days ago, on ${last.at.slice(0, 10)}; the project wants one every ${every}.`,
    ...(reasons.length === 0 ? [] : [`What waits: ${reasons.join('; ')}.`]),
  ];
}

/** One for each version that is counted from, when it is due and when it is overdue: looked at every week, said twice. */
export function occasionOf({ bump, state, last }: CadenceNotice): string {
  return `${bump} ${state} after ${last.version}`;
}
