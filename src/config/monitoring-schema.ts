import { z } from 'zod';
import { metricAddress } from './address.ts';
import { sentence } from './schema-faults.ts';
import { command, credentialName, duration, keys, oneLine, pattern, shown, text } from './schema-parts.ts';

const probeName = pattern(
  /^[a-z0-9][a-z0-9._-]{0,62}$/,
  'Write lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
);
const pointer = text((value) =>
  value === '' || (value.startsWith('/') && !/~(?![01])/.test(value))
    ? undefined
    : [`is ${shown(value)}, which is no JSON pointer`, 'Write a JSON pointer such as /data/error_rate.'],
);
const common = {
  name: probeName.exactOptional(),
  tolerate: z.int().min(0).max(1000).exactOptional(),
  every: duration.exactOptional(),
  after: z.union([z.literal(0), duration]).default(0),
  onBreach: z.enum(['ask', 'rollback']).exactOptional(),
};
const limits = { min: z.number().exactOptional(), max: z.number().exactOptional() };
const secret = { credential: credentialName.nullable().default(null) };

const PROBES = {
  index: keys({ kind: z.literal('index'), ...common }),
  tag: keys({ kind: z.literal('tag'), ...common }),
  'github-release': keys({ kind: z.literal('github-release'), ...common }),
  issues: keys({
    kind: z.literal('issues'),
    ...common,
    labels: z.array(oneLine).min(1).max(20).default(['bug']),
    max: z.int().min(0).default(0),
  }),
  downloads: keys({
    kind: z.literal('downloads'),
    ...common,
    ...secret,
    url: metricAddress,
    pointer: pointer.default('/data/last_day'),
    min: z.number().min(0),
  }),
  http: keys({ kind: z.literal('http'), ...common, ...secret, ...limits, url: metricAddress, pointer }),
  prometheus: keys({
    kind: z.literal('prometheus'),
    ...common,
    ...secret,
    ...limits,
    url: metricAddress,
    query: oneLine,
  }),
  install: keys({ kind: z.literal('install'), ...common, timeout: duration.default(600) }),
  command: keys({
    kind: z.literal('command'),
    ...common,
    ...limits,
    run: command,
    pointer: pointer.nullable().default(null),
    timeout: duration.default(300),
  }),
};
const KINDS = Object.keys(PROBES).join(', ');

/** `install` is `{ kind: install }`: where everything has a default the word is enough. */
const probe = z.preprocess(
  (value) => (typeof value === 'string' ? { kind: value } : value),
  z.discriminatedUnion('kind', Object.values(PROBES) as [typeof PROBES.index, typeof PROBES.tag], {
    error: (issue) =>
      issue.code === 'invalid_union' ? sentence('is no kind of probe', `The kinds are: ${KINDS}.`) : undefined,
  }),
) as unknown as z.ZodType<FileProbe>;

export type FileProbe = { [K in keyof typeof PROBES]: z.output<(typeof PROBES)[K]> }[keyof typeof PROBES];

export const BUILTIN_PROBES = ['index', 'tag', 'github-release', 'issues'] as const;

export const monitoring = keys({
  window: duration.default(86_400),
  every: duration.default(600),
  onBreach: z.enum(['ask', 'rollback']).default('ask'),
  stages: z
    .array(z.enum(['alpha', 'beta', 'rc', 'stable', 'hotfix', 'rollback']))
    .default(['stable', 'hotfix', 'rollback']),
  /** Probes of ours that are left out. */
  without: z.array(z.enum(BUILTIN_PROBES)).default([]),
  /** `…` is the "and so on" of an example that was copied. */
  probes: z
    .preprocess((value) => (Array.isArray(value) ? value.filter((one) => one !== '…') : value), z.array(probe).max(20))
    .default([]),
});

export type FileMonitoring = z.output<typeof monitoring>;
