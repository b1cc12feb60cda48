import { expect, test } from 'vitest';
import { confinementOf, heldWords, limitsOf, reasons, stricter, whyFailed } from '../../src/domain/confinement.ts';
import type { Gate, Project } from '../../src/domain/project.ts';

const held = { isolation: 'bubblewrap', limits: 'cgroup v2', exceeded: [], tail: '' } as const;

test.each([
  ['none', undefined, 'none'],
  ['none', 'available', 'available'],
  ['none', 'required', 'required'],
  ['available', undefined, 'available'],
  ['available', 'required', 'required'],
  ['required', 'available', 'required'],
] as const)('confinement: the service says %s, the project %s: %s holds', (service, project, holds) => {
  expect(stricter(service, project)).toBe(holds);
});

test('confinement: a gate has its own limits, then the project’s, then the usual ones', () => {
  const project = { limits: { memory: 1, files: 2 } } as Project;
  const gate = { limits: { memory: 3 } } as Gate;
  expect(limitsOf(confinementOf(project, gate))).toEqual({ memory: 3, files: 2, processes: 1024, fileSize: 2 ** 32 });
});

test('confinement: a failure says which limit it met', () => {
  const confinement = { limits: { memory: 512 * 2 ** 20, processes: 64 } };
  expect(reasons({ ...held, exceeded: ['memory', 'processes'] }, { network: false, confinement })).toEqual([
    'it came up against its limit of memory (512 MiB) and of processes (64)',
  ]);
});

test.each([
  [false, 'socket.gaierror: [Errno -3] Temporary failure in name resolution', 'network: true'],
  [false, "curl: (6) Couldn't resolve host 'example'", 'network: true'],
  [true, 'socket.gaierror: [Errno -3] Temporary failure in name resolution', undefined],
  [false, 'AssertionError: 1 != 2', undefined],
])('confinement: with network %s, what ends with %s is told of the network or not', (network, tail, hint) => {
  const words = whyFailed({ ...held, tail }, { network, confinement: {} });
  if (hint === undefined) expect(words).toBe('');
  else expect(words).toContain(hint);
});

test('confinement: what a run says of how its commands were held', () => {
  expect(heldWords(held)).toBe('bubblewrap, limits by cgroup v2');
  expect(heldWords({ isolation: 'none', limits: 'none', exceeded: [] })).toBe('none, no limits');
});
