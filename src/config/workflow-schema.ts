import { z } from 'zod';
import { keys, oneLine, pattern, text } from './schema-parts.ts';

/** Of a workflow in .github/workflows. */
const workflowFile = pattern(
  /^[A-Za-z0-9_][A-Za-z0-9._-]{0,98}\.ya?ml$/,
  'Write the name of a file in .github/workflows, such as publish.yml.',
);
const inputName = pattern(/^[A-Za-z_][A-Za-z0-9_-]{0,98}$/, 'Write the name of an input of the workflow.');
const inputValue = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  text(() => undefined),
);

const workflowJob = keys({
  file: workflowFile,
  inputs: z.record(inputName, inputValue).default({}),
  environment: oneLine.nullable().default(null),
  ref: pattern(
    /^[\w.{}+/-]+$/,
    'Write a branch or tag, with {tag} or {version} where it names the release, such as {tag}.',
  )
    .nullable()
    .default(null),
});

/** Who uploads to the index: Slipway with a token, or a workflow of the project's own as a trusted publisher. */
export const publishing = {
  via: z.enum(['upload', 'workflow']).default('upload'),
  workflow: workflowJob.exactOptional(),
};

/** Who builds: a build worker, or a workflow of the project's own; the source distribution may stay with the worker. */
export const buildSchema = keys({
  via: z.enum(['worker', 'workflow']).default('worker'),
  sdist: z.enum(['worker', 'workflow']).exactOptional(),
  workflow: workflowJob.exactOptional(),
}).prefault({});
