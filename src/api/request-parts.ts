import { prose, text } from '../config/schema-parts.ts';
import { Problem } from '../domain/problem.ts';
import { parseVersion } from '../domain/version.ts';

/** Its shape; that a part is too large, say, is found by the parser. */
const SEMVER = '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-(alpha|beta|rc)\\.(0|[1-9]\\d*))?$';

/** A version that can be released, as people write it. */
export const version = text((value) => {
  try {
    parseVersion(value);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return [error.message, error.remedy];
    throw error;
  }
}).meta({ pattern: SEMVER, examples: ['1.2.0', '1.2.0-alpha.1'] });

const LONGEST = 4000;

/** What a person says, as long as a signal takes. */
export const words = prose
  .refine((value) => value.length <= LONGEST, { error: `is too long\nWrite at most ${LONGEST} characters.` })
  .meta({ maxLength: LONGEST });
