import { z } from 'zod';
import { address } from './address.ts';
import { bytes, command, duration, keys, oneLine, projectName, python, repositoryPath } from './schema-parts.ts';

const percent = z.number().min(0).max(100);
/** 0.2 or "20%" */
const share = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value) ? Number.parseFloat(value) / 100 : value),
  z.number().min(0).max(10),
);
const report = repositoryPath;
/** Of one command of the project's. */
export const limits = keys({
  memory: bytes.exactOptional(),
  processes: z.int().min(8).max(1_000_000).exactOptional(),
  files: z.int().min(64).max(1_000_000).exactOptional(),
  fileSize: bytes.exactOptional(),
}).exactOptional();
export const network = z.boolean().default(false);
/** One check that must pass: a command with its thresholds, or one of ours. */
export const gate = keys({
  name: projectName.exactOptional(),
  run: command.exactOptional(),
  builtin: z.enum(['reviewed', 'checks', 'pythons', 'audit', 'licences']).exactOptional(),
  critical: z.boolean().default(false),
  timeout: duration.exactOptional(),
  network,
  limits,
  coverage: keys({
    report,
    overall: percent.exactOptional(),
    paths: z.preprocess(listAsPaths, z.record(repositoryPath, percent.nullable())).default({}),
  }).exactOptional(),
  junit: keys({
    report,
    minTests: z.int().min(0).default(1),
    maxFailures: z.int().min(0).default(0),
    maxSkipped: z.int().min(0).exactOptional(),
  }).exactOptional(),
  bandit: keys({ report, failOn: z.enum(['low', 'medium', 'high']).default('high') }).exactOptional(),
  benchmark: keys({ report, maxSlower: share.default(0.2) }).exactOptional(),
  pythons: z.array(python).min(1).exactOptional(),
  audit: keys({ osvUrl: address.exactOptional(), ignore: z.array(oneLine).default([]) }).exactOptional(),
  licences: keys({ allow: z.array(oneLine).default([]), ignore: z.array(oneLine).default([]) }).exactOptional(),
});

/** `[src/acme/domain]` is each of these paths with the policy's threshold. */
function listAsPaths(value: unknown): unknown {
  return Array.isArray(value) ? Object.fromEntries(value.map((path) => [String(path), null])) : value;
}
