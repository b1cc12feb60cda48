import { expect, test } from 'vitest';
import { type JobRun, markerOf, nextAct, ownRuns } from '../../../src/domain/dispatch/own-run.ts';

const KEY = '0123456789abcdef';

function run(id: number, marker: string, more: Partial<JobRun> = {}): JobRun {
  return {
    ...{ id, url: `https://github.com/acme/sample/actions/runs/${id}`, title: `Publish v1.2.0 (${marker})` },
    ...{ event: 'workflow_dispatch', sha: 'c'.repeat(40), status: 'completed', conclusion: 'success', ...more },
  };
}

test('a run is ours by the marker in its title, and by nothing else', () => {
  const runs = [
    run(1, markerOf(KEY, 1)),
    run(2, markerOf('fedcba9876543210', 1)),
    run(3, `${markerOf(KEY, 1)}0x`),
    run(4, `x${markerOf(KEY, 1)}`),
    run(5, 'v1.2.0'),
    run(6, markerOf(KEY, 2), { event: 'push' }),
  ];
  expect(ownRuns(runs, KEY).map(({ id }) => id)).toEqual([1]);
});

test('the last attempt comes first, and of two runs of one attempt the older counts', () => {
  const runs = [
    run(9, markerOf(KEY, 1)),
    run(12, markerOf(KEY, 2)),
    run(7, markerOf(KEY, 1)),
    run(20, markerOf(KEY, 10)),
  ];
  expect(ownRuns(runs, KEY).map(({ id, attempt }) => [attempt, id])).toEqual([
    [10, 20],
    [2, 12],
    [1, 7],
  ]);
});

test.each([
  ['nothing ran yet', [], 1, 'dispatch'],
  ['this attempt dispatched it, and the answer was lost', [run(1, markerOf(KEY, 1), { status: 'queued' })], 1, 1],
  ['this attempt saw it end', [run(1, markerOf(KEY, 1))], 1, 1],
  ['a person retried, and the earlier one has ended', [run(1, markerOf(KEY, 1))], 2, 'dispatch'],
  ['a person retried while the earlier one still runs', [run(1, markerOf(KEY, 1), { status: 'in_progress' })], 2, 1],
  [
    'an earlier one was run again by hand on GitHub',
    [run(1, markerOf(KEY, 1), { status: 'waiting' }), run(2, markerOf(KEY, 2))],
    3,
    1,
  ],
  ['the workflow of Temporal was reset to an earlier attempt', [run(3, markerOf(KEY, 3))], 1, 3],
] as const)('%s', (_, runs, attempt, expected) => {
  const next = nextAct(ownRuns(runs, KEY), attempt);
  expect(next.kind === 'watch' ? next.run.id : next.kind).toBe(expected);
});
