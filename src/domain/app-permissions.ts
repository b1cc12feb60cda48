import type { Project } from './project.ts';

type Wanted = Readonly<Record<string, 'read' | 'write'>>;

/** What a GitHub App must be given to release this project, and no more. */
export function permissionsFor({ announce, board, gates }: Project): Wanted {
  const reads = gates.some(({ builtin }) => builtin === 'checks')
    ? ({ checks: 'read', statuses: 'read' } as const)
    : {};
  const discusses = announce.some(({ kind }) => kind === 'github-discussion');
  return {
    contents: 'write',
    issues: 'write',
    metadata: 'read',
    pull_requests: 'write',
    ...reads,
    ...(discusses ? { discussions: 'write' } : {}),
    ...(board ? { organization_projects: 'write' } : {}),
  };
}

/** Each as it is to be given, and what there is instead. */
export function missingPermissions(wanted: Wanted, granted: Readonly<Record<string, string>>): string[] {
  return Object.entries(wanted).flatMap(([name, level]) => {
    const has = granted[name];
    if (has === level || has === 'write' || has === 'admin') return [];
    return [`${name}: ${level}${has === undefined ? '' : ` (it has ${has})`}`];
  });
}
