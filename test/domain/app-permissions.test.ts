import { expect, test } from 'vitest';
import { missingPermissions, permissionsFor } from '../../src/domain/app-permissions.ts';
import { project } from '../support/release-activities.ts';

test('App: an ordinary project needs contents, issues and pull requests; boards, discussions and checks only where they are used', () => {
  const ordinary = { contents: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' };
  expect(permissionsFor(project(''))).toEqual(ordinary);
  const more = {
    ...project('gates: [{ builtin: checks }]\n'),
    board: { owner: 'acme', number: 1, field: 'Status', value: 'Done' },
    announce: [{ kind: 'github-discussion' as const, name: 'news', category: 'News', on: [] }],
  };
  const all = { checks: 'read', statuses: 'read', discussions: 'write', organization_projects: 'write' };
  expect(permissionsFor(more)).toEqual({ ...ordinary, ...all });
});

test.each([
  [{ contents: 'write' }, { contents: 'write' }, []],
  [{ contents: 'read' }, { contents: 'write' }, []],
  [{ board: 'write' }, { board: 'admin' }, []],
  [{ contents: 'write', issues: 'write' }, { contents: 'read' }, ['contents: write (it has read)', 'issues: write']],
] as const)('App: of %o with %o it lacks %o', (wanted, granted, missing) => {
  expect(missingPermissions(wanted, granted)).toEqual(missing);
});
