import { z } from 'zod';
import { address } from './address.ts';
import { announceSchema, boardSchema, milestonesSchema } from './announce-schema.ts';
import { gate, limits, network } from './gate-schema.ts';
import { githubSchema, signedSchema } from './github-schema.ts';
import { monitoring } from './monitoring-schema.ts';
import { remindersSchema } from './reminders-schema.ts';
import { sentence } from './schema-faults.ts';
import {
  branchName,
  command,
  credentialName,
  duration,
  keys,
  oneLine,
  pathPattern,
  pattern,
  projectName,
  prose,
  python,
  repositoryPath,
} from './schema-parts.ts';
import { buildSchema, publishing } from './workflow-schema.ts';

export { projectName } from './schema-parts.ts';

/** A short form is taken where a list mostly holds plain commands or sentences. */
function shortForm<S extends z.ZodType>(key: string, full: S) {
  return z.preprocess((value) => (typeof value === 'string' ? { [key]: value } : value), full);
}

const packageName = pattern(
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/,
  'Write the name on the index: letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit.',
);
const PIP_OPTIONS = /^(-e|--editable|-r|--requirement|-c|--constraint|--group|--pre|--no-deps|--no-build-isolation)$/;
const installArgument = pattern(
  /^(?!-)[^\n\t]+$|^(-[a-z]|--[a-z-]+)([= ][^\n\t]+)?$/,
  "Write what pip install takes: '.[test]', '-r requirements.txt', 'pytest>=8'.",
).superRefine((value, context) => {
  const option = value.startsWith('-') ? value.split(/[= ]/)[0] : undefined;
  if (option === undefined || PIP_OPTIONS.test(option)) return;
  const remedy = 'Options that are taken: -e, -r, -c, --group, --pre, --no-deps, --no-build-isolation.';
  context.addIssue({
    code: 'custom',
    message: sentence(`has the option ${option}`, `${remedy} Indexes are the worker's to set.`),
  });
});

const expectation = shortForm(
  'path',
  keys({
    path: pattern(/^\/[^\s\\]*$/, 'Write a path of the server, such as /api/v1/health.'),
    status: z.int().min(100).max(599).default(200),
    contains: prose.exactOptional(),
  }),
);
const smoke = shortForm(
  'run',
  keys({
    run: command,
    url: pattern(
      /^http:\/\/(127\.0\.0\.1|localhost):(\{port\}|\d{2,5})\/?$/,
      "Write the server's address on this machine, such as http://127.0.0.1:{port}.",
    ).exactOptional(),
    expect: z.array(expectation).min(1).exactOptional(),
    timeout: duration.exactOptional(),
    network,
  }),
);
const checklistEntry = shortForm(
  'text',
  keys({
    item: projectName.exactOptional(),
    text: prose,
    how: prose.exactOptional(),
    when: z.enum(['always', 'breaking']).default('always'),
  }),
);
const indexPlace = {
  name: projectName,
  uploadUrl: address.exactOptional(),
  simpleUrl: address.exactOptional(),
  jsonUrl: address.exactOptional(),
  pageUrl: oneLine.exactOptional(),
};
const testIndex = keys({ ...indexPlace, credential: credentialName });
const productionIndex = keys({ ...indexPlace, credential: credentialName.exactOptional(), ...publishing });
export const role = z.enum(['releaser', 'tech-lead', 'qa', 'product-owner', 'operator', 'viewer', 'admin', 'security']);
/** `{ role: qa, count: 2 }` is qa twice. */
const roles = z
  .array(
    z.preprocess(
      (value) => (typeof value === 'string' ? { role: value } : value),
      keys({ role, count: z.int().min(1).max(10).default(1) }),
    ),
  )
  .transform((wanted) => wanted.flatMap(({ role, count }) => new Array<typeof role>(count).fill(role)))
  .exactOptional();
const mayRoles = z
  .array(role.exclude(['viewer']))
  .min(1)
  .exactOptional();
const stageRules = keys({
  gates: z.array(projectName).nullable().exactOptional(),
  rehearsal: z.boolean().exactOptional(),
  index: z.boolean().exactOptional(),
  image: z.boolean().exactOptional(),
  docs: z.boolean().exactOptional(),
  checklist: z.boolean().exactOptional(),
}).exactOptional();
export const cadence = pattern(
  /^(weekly|monthly|[1-9]\d{0,2}(-[1-9]\d{0,2})? (days|weeks|months))$/,
  'Write weekly, monthly, or such as 10 days or 4-6 weeks.',
);
/** The project file as it is written: docs/project-file.md. Defaults that hang on other keys are filled in afterwards. */
export const projectFileSchema = keys({
  project: projectName.exactOptional(),
  repository: oneLine,
  package: packageName.exactOptional(),
  title: oneLine.exactOptional(),
  branches: keys({ main: branchName.default('main'), develop: branchName.nullable().default(null) }).prefault({}),
  version: keys({
    files: z.array(repositoryPath).nullable().default(null),
    docs: z.array(pathPattern).default(['docs/**/*.md']),
    tag: pattern(/^[\w.{}+/-]+$/, 'Write the tag with {version} in it, such as v{version}.').default('v{version}'),
    dynamic: z.boolean().exactOptional(),
  }).prefault({}),
  changelog: repositoryPath.nullable().default('CHANGELOG.md'),
  towncrier: z.boolean().default(false),
  environment: keys({
    python: python.nullable().default(null),
    install: z.array(installArgument).default(['.[test]']),
  }).prefault({}),
  isolation: z
    .enum(['required', 'available'], {
      error: () =>
        sentence('is neither', 'Write required or available: a project can only ask for more than the service.'),
    })
    .exactOptional(),
  limits,
  gates: z.array(gate).exactOptional(),
  smoke: z.array(smoke).default([]),
  checklist: keys({ before: z.array(checklistEntry).default([]), after: z.array(checklistEntry).default([]) }).prefault(
    {},
  ),
  policy: z.enum(['strict', 'light']).default('light'),
  signOffs: keys({
    release: roles,
    alpha: roles,
    beta: roles,
    rc: roles,
    stable: roles,
    hotfix: roles,
    rollback: roles,
  }).prefault({}),
  may: keys({ skip: mayRoles, rollBack: mayRoles }).exactOptional(),
  pullRequest: keys({ approvals: z.int().min(0).max(10).nullable().default(null) }).prefault({}),
  apiDocs: keys({ run: command, paths: z.array(repositoryPath).min(1), timeout: duration.default(600), network })
    .nullable()
    .default(null),
  build: buildSchema,
  sbom: z.enum(['cyclonedx', 'none']).default('cyclonedx'),
  publish: keys({
    testIndex: testIndex.nullable().exactOptional(),
    index: productionIndex.exactOptional(),
    github: githubSchema.nullable().exactOptional(),
    tags: signedSchema.exactOptional(),
    statement: signedSchema.exactOptional(),
    image: keys({
      name: oneLine,
      credential: credentialName.nullable().default('REGISTRY_TOKEN'),
      dockerfile: repositoryPath.default('Dockerfile'),
      buildArgs: z.record(pattern(/^[A-Za-z_]\w*$/, 'Write a name such as PYTHON_VERSION.'), oneLine).default({}),
      timeout: duration.default(1800),
      withoutEngine: z.enum(['block', 'skip']).exactOptional(),
    })
      .nullable()
      .default(null),
    docs: keys({
      build: command,
      dir: repositoryPath.default('site'),
      branch: branchName.default('gh-pages'),
      timeout: duration.default(900),
      network,
    })
      .nullable()
      .default(null),
    promote: z.enum(['at-once', 'after-window']).default('at-once'),
    mergeBack: z.boolean().exactOptional(),
    mergeMethod: z.enum(['merge', 'squash', 'rebase']).default('merge'),
    revertOnAbort: z.boolean().default(true),
  }).prefault({}),
  stages: keys({ alpha: stageRules, beta: stageRules, rc: stageRules, stable: stageRules }).prefault({}),
  waits: keys({
    quick: duration.default(300),
    upload: duration.default(900),
    visible: duration.default(900),
    visibleEvery: duration.default(10),
    reviewEvery: duration.default(60),
    checks: duration.default(3600),
    checksEvery: duration.default(30),
    workflow: duration.default(7200),
    workflowEvery: duration.default(30),
    heartbeat: duration.default(10),
  }).prefault({}),
  schedule: keys({
    prerelease: cadence.exactOptional(),
    minor: cadence.exactOptional(),
    major: cadence.exactOptional(),
  }).exactOptional(),
  monitoring: monitoring.exactOptional(),
  announce: announceSchema,
  reminders: remindersSchema(role),
  milestones: milestonesSchema,
  labels: z.array(oneLine).default([]),
  board: boardSchema,
});

export type ProjectFile = z.output<typeof projectFileSchema>;
