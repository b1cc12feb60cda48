import { z } from 'zod';
import type { Inspection } from '../../domain/run/request.ts';
import { runSummary } from './run-answer.ts';
import { list } from './run-parts.ts';

const problem = z.object({ code: z.string(), message: z.string(), remedy: z.string().exactOptional() });
const bump = z.enum(['major', 'minor', 'patch', 'none']);

/** A project; where its file or its repository has a fault, that is said, and the rest is shown. */
export const projectAnswer = z
  .object({
    project: z.string(),
    package: z.string().meta({ description: 'Its name on the index.' }).exactOptional(),
    title: z.string().exactOptional(),
    repository: z.string().exactOptional(),
    policy: z.enum(['light', 'strict']).exactOptional(),
    branches: z.object({ main: z.string(), develop: z.string().nullable() }).exactOptional(),
    current: z.string().nullable().exactOptional(),
    suggested: z.string().nullable().exactOptional(),
    bump: bump.exactOptional(),
    reasons: list(z.string()).exactOptional(),
    problem: problem.exactOptional(),
    openRuns: z.array(runSummary),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Project' });

export const projectList = z.object({ projects: z.array(projectAnswer) }).meta({ id: 'ProjectList' });

export const nextAnswer = z
  .object({
    project: z.string(),
    package: z.string(),
    last: z.string().nullable().meta({ description: 'The highest reachable tag of exactly three numbers.' }),
    base: z.string().nullable().meta({ description: 'The highest of version file and tags, pre-releases included.' }),
    bump,
    suggested: z.string().nullable(),
    next: z.string().nullable().meta({ description: 'The version that the bump asked for makes, or the suggestion.' }),
    reasons: list(z.string()),
  })
  .meta({ id: 'NextVersion' });
nextAnswer satisfies z.ZodType<Omit<Inspection, 'problem'>>;

export type Project = z.output<typeof projectAnswer>;
export type ProjectList = z.output<typeof projectList>;
export type NextVersion = z.output<typeof nextAnswer>;
