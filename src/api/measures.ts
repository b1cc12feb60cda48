import type { Sample } from '../domain/figures/sample.ts';
import type { Readiness } from './readiness.ts';

/** Numbers of the API and of releases, for whoever scrapes them. */
export interface Measures {
  /** `route`: the pattern, never the path, whose values have no end. */
  request(answered: { method: string; route: string; status: number; seconds: number }): void;
  /** Something in the audit trail that had to do with who sent it. */
  signInRefused(means: string): void;
  listeners(count: number): void;
  readiness(readiness: Readiness): void;
  /** In the place of the figures before; `at`: milliseconds, when they were true. */
  figures(samples: readonly Sample[], at: number): void;
  figuresFailed(): void;
  text(): Promise<{ type: string; text: string }>;
}
