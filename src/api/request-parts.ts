import { prose, text } from '../config/schema-parts.ts';
import { Problem } from '../domain/problem.ts';
import { parseVersion } from '../domain/version.ts';

/** A version that can be released, as people write it. */
export const version = text((value) => {
  try {
    parseVersion(value);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return [error.message, error.remedy];
    throw error;
  }
});

const LONGEST = 4000;

/** What a person says, as long as a signal takes. */
export const words = prose.refine((value) => value.length <= LONGEST, {
  error: `is too long\nWrite at most ${LONGEST} characters.`,
});
