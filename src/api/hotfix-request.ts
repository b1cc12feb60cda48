import { z } from 'zod';
import { projectName } from '../config/project-schema.ts';
import { keys, oneLine, pattern } from '../config/schema-parts.ts';
import { version } from './request-parts.ts';

const LONGEST_TITLE = 120;

/** The title becomes the subject of a commit, and so one line. */
const title = oneLine
  .refine((value) => value.length <= LONGEST_TITLE, {
    error: `is too long\nWrite at most ${LONGEST_TITLE} characters: it becomes the subject of a commit.`,
  })
  .meta({ maxLength: LONGEST_TITLE });
const tag = pattern(
  /^(?!.*(\.\.|\/\/|@\{|\.lock$|[/.]$))[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}$/,
  'Send the name of a tag, such as v1.1.0.',
);
const commit = pattern(
  /^([0-9a-f]{40}|#[1-9]\d{0,8})$/,
  'Send a full commit SHA (40 hex digits), or #123 for a merged pull request.',
);

export const hotfixRequest = keys({
  project: projectName,
  title,
  issue: z.int().min(1).exactOptional(),
  base: tag.exactOptional(),
  commits: z.array(commit).min(1).max(50).exactOptional(),
  version: version.exactOptional(),
}).meta({ id: 'HotfixRequest' });

export type HotfixRequestBody = z.output<typeof hotfixRequest>;
