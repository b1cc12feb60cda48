import { Problem } from '../problem.ts';

export function readJson<T>(report: string, text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem('report-unreadable', `${report} is no JSON report: ${JSON.stringify(text.slice(0, 60))}`);
}
