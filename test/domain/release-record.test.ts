import { expect, test } from 'vitest';
import { RECORD_STEP, releaseRecord } from '../../src/domain/release-record.ts';
import { AT, MANIFEST, runThatDid, signed } from '../support/finished-run.ts';
import { COMMIT } from '../support/release-activities.ts';

test('record: who did and decided what, when, on which bytes', () => {
  const state = runThatDid({ 'test.build': { summary: 'built', evidence: [{ name: 'wheel', value: 1 }] } });
  signed(state, 'quin', 'qa');
  expect(JSON.parse(JSON.stringify(releaseRecord(state, 'released')))).toMatchObject({
    ...{ schema: 1, project: 'sample', package: 'sample', version: '1.2.0', pep440: '1.2.0', tag: 'v1.2.0' },
    run: { id: 'release:sample:1.2.0', runId: 'run-1', kind: 'release', procedure: { kind: 'release' } },
    ...{ outcome: 'released', policy: 'strict', startedBy: 'rel', startedAt: AT, commit: COMMIT, window: null },
    manifest: { digest: MANIFEST },
    signOffs: [{ role: 'qa', by: 'quin', at: AT, commit: COMMIT, manifest: MANIFEST }],
    steps: [{ id: 'test.build', status: 'done', attempt: 1, startedAt: AT, endedAt: AT, evidence: [{ value: 1 }] }],
  });
});

test('record: what was refused is told, but not what was sent; nothing of the service itself is in it', () => {
  const state = runThatDid({ [RECORD_STEP]: { summary: '' } });
  signed(state, 'a stranger with pypi-secret', 'qa');
  const text = JSON.stringify(releaseRecord(state, 'released'));
  expect(JSON.parse(text)).toMatchObject({ refusals: [{ signal: 'signOff', reason: expect.any(String) }], steps: [] });
  for (const hidden of [
    '"sent"',
    'requestId',
    'a request id',
    'SLACK',
    'GITHUB_TOKEN',
    '"people"',
    '"answers"',
    'inbox',
  ])
    expect(text).not.toContain(hidden);
});
