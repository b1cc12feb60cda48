import { z } from 'zod';
import { address } from './address.ts';
import { sentence } from './schema-faults.ts';
import { credentialName, keys, oneLine, pattern } from './schema-parts.ts';

const EVENTS = ['released', 'hotfix', 'rollback', 'sign-off-wanted', 'blocked', 'escalation', 'cadence'] as const;
const KINDS = ['webhook', 'slack', 'github-issue', 'github-discussion', 'email'] as const;

const every = {
  name: pattern(
    /^[a-z0-9][a-z0-9_-]{0,40}$/,
    'Write lower-case letters, digits, dashes and underscores, beginning with a letter or digit.',
  ).exactOptional(),
  on: z.array(z.enum(EVENTS)).min(1).exactOptional(),
};

const mailAddress = pattern(
  /^[^\s@<>",;:]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
  'Write an e-mail address such as releases@acme.example.',
);
const hostName = pattern(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-f:]{2,39})$/,
  'Write the name of the mail server, such as smtp.acme.example.',
);

const channel = z.discriminatedUnion(
  'kind',
  [
    keys({ kind: z.literal('webhook'), ...every, url: address, secret: credentialName }),
    keys({ kind: z.literal('slack'), ...every, credential: credentialName }),
    keys({ kind: z.literal('github-issue'), ...every, labels: z.array(oneLine).default([]) }),
    keys({ kind: z.literal('github-discussion'), ...every, category: oneLine.default('Announcements') }),
    keys({
      kind: z.literal('email'),
      ...every,
      host: hostName,
      port: z.int().min(1).max(65_535).exactOptional(),
      from: mailAddress,
      to: z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(mailAddress).min(1).max(100)),
      user: oneLine.exactOptional(),
      credential: credentialName.exactOptional(),
      tls: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    }),
  ],
  {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? sentence('has a kind that is not known here', `Write kind: with one of ${KINDS.join(', ')}.`)
        : undefined,
  },
);

/** `- github-issue` is `{ kind: github-issue }`; an ellipsis, as examples have it, stands for nothing. */
export const announceSchema = z
  .preprocess(
    (value) =>
      Array.isArray(value)
        ? value
            .filter((one) => one !== '…' && one !== '...')
            .map((one) => (typeof one === 'string' ? { kind: one } : one))
        : value,
    z.array(channel),
  )
  .default([]);

export const milestonesSchema = keys({
  title: pattern(/^[^\n\t]*\{version\}[^\n\t]*$/, 'Write the title with {version} in it, such as v{version}.').default(
    'v{version}',
  ),
  close: z.boolean().default(true),
  next: z.boolean().default(true),
  due: z
    .int()
    .min(1, { error: () => sentence('is less than a day', 'Write the number of days until the next one is due.') })
    .max(1000)
    .nullable()
    .exactOptional(),
})
  .nullable()
  .exactOptional();

const BOARD_URL = /^https?:\/\/[^/\s]+\/(?:orgs|users)\/[\w.-]+\/projects\/\d+\/?$/;

const BOARD_REMEDY =
  "Write its number, or its address such as https://github.com/orgs/acme/projects/5, without a view's part.";

export const boardSchema = keys({
  project: z.union([z.int().min(1), pattern(BOARD_URL, BOARD_REMEDY)], {
    error: () => sentence('is no project board', BOARD_REMEDY),
  }),
  field: oneLine.default('Status'),
  value: oneLine,
})
  .nullable()
  .default(null);
