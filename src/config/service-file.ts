import { isIP } from 'node:net';
import { z } from 'zod';
import { address } from './address.ts';
import { encryptionSchema } from './encryption.ts';
import type { Fault } from './faults.ts';
import { oidcSchema } from './oidc-schema.ts';
import { projectName, role } from './project-schema.ts';
import { faultAt, schemaFaults, sentence } from './schema-faults.ts';
import { duration, keys, oneLine, pattern, shown, text } from './schema-parts.ts';
import { type Finding, signaturesSchema } from './signatures.ts';
import { storeSchema } from './store-schema.ts';
import { readYaml } from './yaml-source.ts';

const login = pattern(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'Write letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
);
const hash = pattern(/^[0-9a-f]{64}$/, "Write the token's sha256 in 64 lower-case hex digits, never the token itself.");
const day = z.iso
  .date({ error: () => sentence('is not a day', 'Write the last day in quotes, such as "2027-01-31".') })
  .describe('the last day on which it counts, in UTC');
const token = z.preprocess(
  (value) => (typeof value === 'string' ? { sha256: value } : value),
  keys({ sha256: hash, expires: day.exactOptional(), name: oneLine.exactOptional() }),
);
const roles = z.array(role);
const person = keys({
  login,
  name: oneLine.exactOptional(),
  email: pattern(/^[^\s@<>]+@[^\s@<>]+$/, 'Write an e-mail address.').exactOptional(),
  /** Their login on GitHub: what they write on a run's pull request counts as theirs. */
  github: pattern(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/, 'Write the login of their GitHub account.').exactOptional(),
  roles: roles.default([]),
  /** Further roles, by project. */
  projects: z.record(projectName, roles).default({}),
  tokens: z.array(token).default([]),
});
const addresses = keys({
  uploadUrl: address,
  simpleUrl: address,
  jsonUrl: address.exactOptional(),
  pageUrl: oneLine.exactOptional(),
});

const limit = (usual: number) => z.int().min(1).max(100_000).default(usual);
const network = text((value) => {
  const [address = '', length] = value.split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  const fits = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most);
  return isIP(address) !== 0 && fits
    ? undefined
    : [`is ${shown(value)}, which is no address`, 'Write an address or a network, such as 10.0.0.7 or 10.0.0.0/8.'];
});

/** slipway.yaml: docs/configuration.md. */
export const serviceFileSchema = keys({
  people: z.array(person).default([]),
  /** Starts and signals without the API's signature: accept is for rehearsals. */
  unsignedSignals: z.enum(['accept', 'refuse']).default('refuse'),
  signatures: signaturesSchema.prefault({}),
  indexes: z.record(projectName, addresses).default({}),
  /** Where artifacts and the archive are, if not in the state folder. */
  store: storeSchema.exactOptional(),
  github: keys({ webhookSecretFile: oneLine.exactOptional() }).prefault({}),
  allowedOrigins: z.array(address).default([]),
  /** Their X-Forwarded-For says where a request came from. */
  trustedProxies: z.array(network).default([]),
  /** Requests a minute, until more are refused. */
  limits: keys({
    signIns: limit(30),
    allSignIns: limit(300),
    refusals: limit(60),
    writes: limit(120),
    decodes: limit(600),
  }).prefault({}),
  oidc: oidcSchema.exactOptional(),
  /** Of what Temporal keeps. */
  encryption: encryptionSchema.prefault({}),
  sessions: keys({
    idle: duration.prefault('12h'),
    absolute: duration.prefault('7d'),
    /** Whoever signed in before is signed out. */
    since: z.iso
      .datetime({ error: () => sentence('is not a time', 'Write it in UTC and quotes: "2027-01-31T12:00:00Z".') })
      .exactOptional(),
  }).prefault({}),
  /** Whoever scrapes /metrics carries it; without one only this machine may. */
  metrics: keys({ tokenFile: oneLine.exactOptional() }).prefault({}),
  /** Where people reach the API, for links in announcements. */
  url: address.exactOptional(),
  /** The Temporal UI up to its namespace, such as https://temporal.example/namespaces/default: pages link to it. */
  temporalUi: address.exactOptional(),
  /** May announcements go to private addresses: this machine, the company's own network? */
  allowPrivateAddresses: z.boolean().default(false),
  /** Project code on a build worker that cannot keep it apart: not at all, as it is, or as it is everywhere. */
  isolation: z.enum(['required', 'available', 'none']).default('available'),
  /** Repositories may be folders of this machine: for rehearsals. */
  allowFileRepositories: z.boolean().default(false),
  /** Folder of the project files, beside this file unless it is absolute. */
  projects: oneLine.default('projects'),
});

export type ServiceFile = z.output<typeof serviceFileSchema>;
export type PersonEntry = ServiceFile['people'][number];

export function parseServiceFile(text: string, file: string): { service: ServiceFile } | { faults: Fault[] } {
  const source = readYaml(text, file);
  if (source.faults.length > 0) return { faults: [...source.faults] };
  const parsed = serviceFileSchema.safeParse(source.value);
  if (!parsed.success) return { faults: schemaFaults(parsed.error.issues, source, file) };
  const service = parsed.data;
  const faults = [...unsignedFindings(service), ...twice(service)].map((one) => faultAt(source, file, one));
  return faults.length > 0 ? { faults } : { service };
}

/** Refusing what is unsigned needs keys. To take it is a decision, so it is written down. */
function unsignedFindings({ unsignedSignals, signatures }: ServiceFile): Finding[] {
  if (unsignedSignals === 'accept' || Object.keys(signatures.keys).length > 0) return [];
  const remedy =
    'Make a key pair with `npm run -s slipway -- keys new`, or write unsignedSignals: accept, and let nobody but operators reach Temporal: who does can then sign off for others.';
  return [{ path: ['signatures', 'keys'], text: sentence('is missing', remedy) }];
}

function twice({ people }: ServiceFile) {
  const logins = people.map((person) => person.login.toLowerCase());
  const accounts = people.map((person) => person.github?.toLowerCase());
  const hashes = people.flatMap((person) => person.tokens.map((one) => one.sha256));
  return people.flatMap((person, index) => {
    const again = logins.indexOf(person.login.toLowerCase()) !== index;
    const shared = person.tokens.some(({ sha256 }) => hashes.filter((one) => one === sha256).length > 1);
    return [
      ...(again
        ? [{ path: ['people', index, 'login'], text: sentence('is there twice', 'Give each person one entry.') }]
        : []),
      ...(person.github !== undefined && accounts.indexOf(person.github.toLowerCase()) !== index
        ? [
            {
              path: ['people', index, 'github'],
              text: sentence(
                'is there twice',
                "Give each GitHub account to one person: it signs off in that person's name.",
              ),
            },
          ]
        : []),
      ...(shared
        ? [
            {
              path: ['people', index, 'tokens'],
              text: sentence('has a token that is there twice', 'Make a new token.'),
            },
          ]
        : []),
    ];
  });
}
