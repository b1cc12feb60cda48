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
