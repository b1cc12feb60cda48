import type { RunStart } from '../../src/api/runs-port.ts';
import { readProjectFile } from '../../src/config/project-file.ts';
import type { CompactReading } from '../../src/domain/compact-readings.ts';
import type { ProbeHealth } from '../../src/domain/health.ts';
import { openChecklist } from '../../src/domain/run/checklist.ts';
import { receive } from '../../src/domain/run/receive.ts';
import type { Evidence, RunState } from '../../src/domain/run/state.ts';
import { beginStep, blockStep, finishStep, judgeStatus, waitFor } from '../../src/domain/run/steps.ts';
import { openWindow } from '../../src/domain/run/watching.ts';
import { COMMIT, MANIFEST, type openApi } from '../api/fixture.ts';

type Api = ReturnType<typeof openApi>;

const PROJECT = `repository: https://github.com/Acme/Sample.git
project: sample
package: sample
signOffs: { release: [tech-lead, qa] }
gates:
  - { name: tests, run: pytest, junit: { report: j.xml }, coverage: { report: c.json, overall: 85, paths: { src/sample/domain: 95 } } }
  - { name: security, run: bandit, bandit: { report: b.json } }
  - { name: speed, run: pytest, benchmark: { report: s.json, maxSlower: 0.2 } }
checklist: { before: [ { item: web, text: "Web interface: key workflows", how: Open it and click through. } ] }
`;
const CHANGELOG =
  '### Added\n\n- Detects outliers in `streams`,\n  also late ones.\n- <b>Bold</b> claims\n\n### Fixed\n\n- Crash';
const DIFF =
  'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-version = "1.0.0"\n+version = "1.1.0"\n context <script>\n';

/** Runs as people meet them: one that waits for sign-offs, one that is blocked, one in its window, a plan, and what has ended. */
export async function fillWithRuns(api: Api, now = new Date()) {
  const people = await api.directory.people('sample');
  const project = readProjectFile(PROJECT, { file: 'sample.yaml' });
  const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const bytes = (text: string, name: string) => api.artifacts.put(name, Buffer.from(text));

  async function open(
    id: string,
    request: object,
    minutes = 200,
    kind: RunStart['kind'] = 'release',
  ): Promise<RunState> {
    const [, , version = ''] = id.split(':');
    const asked = { schema: 1, project: 'sample', version, startedBy: 'rita', ...request } as never;
    await api.runs.start({ id, kind, requestKey: id, request: asked });
    const { state } = api.runs.open.get(id)!;
    const startedAt = before(minutes);
    return Object.assign(state, { startedAt, frozen: { project, people, unsignedSignals: 'accept' } } as const);
  }

  function did(state: RunState, id: string, minutes: [from: number, to: number], evidence: Evidence[] = []): void {
    const step = beginStep(
      state,
      { id, title: `Step ${id}`, skippable: id.startsWith('test.gate') },
      before(minutes[0]),
    );
    finishStep(step, { summary: `${id} is done`, evidence }, before(minutes[1]));
  }

  async function tested(id: string): Promise<RunState> {
    const state = await open(id, {});
    did(state, 'prepare.preflight', [200, 199]);
    did(state, 'prepare.commit', [199, 198]);
    did(
      state,
      'test.gate.tests',
      [198, 190],
      [
        { name: 'tests', value: 120 },
        { name: 'failures', value: 0 },
        { name: 'skipped', value: 4 },
        { name: 'coverage', value: '91.2 %' },
        { name: 'coverage of src/sample/domain', value: '97.0 %' },
      ],
    );
    did(
      state,
      'test.gate.security',
      [198, 195],
      [
        { name: 'findings low', value: 3 },
        { name: 'findings medium', value: 1 },
        { name: 'findings high', value: 0 },
      ],
    );
    did(state, 'test.gate.speed', [198, 193], [{ name: 'tests/bench.py::test_detect', value: '-12.5 %' }]);
    did(state, 'test.manifest', [189, 188]);
    state.commit = COMMIT;
    const wheel = await bytes('wheel', 'sample-1.1.0-py3-none-any.whl');
    state.manifest = { digest: MANIFEST, files: [wheel], extras: [] };
    state.notes = await bytes(CHANGELOG, 'notes.md');
    state.diff = await bytes(DIFF, 'release.diff');
    state.links['pull request'] = 'https://github.com/Acme/Sample/pull/7';
    openChecklist(state);
    return state;
  }

  const waiting = await tested('release:sample:1.1.0');
  waiting.phase = 'approve';
  beginStep(waiting, { id: 'approve.checklist', title: 'Checklist before the release' }, before(188));
  waitFor(waiting, 'approve.checklist', 'check', ['web'], before(188));
  beginStep(waiting, { id: 'approve.sign-offs', title: 'Sign-offs' }, before(187));
  waitFor(waiting, 'approve.sign-offs', 'sign-off', ['tech-lead', 'qa'], before(187));
  receive(
    waiting,
    'signOff',
    { requestId: 'x', by: 'vera', role: 'qa', decision: 'approve', commit: COMMIT, manifest: MANIFEST },
    before(100),
  );

  const blocked = await open('release:sample:2.0.0', {}, 31);
  blocked.phase = 'test';
  const gate = beginStep(blocked, { id: 'test.gate.tests', title: 'Gate tests', skippable: true }, before(30));
  const log = await bytes('E   assert 1 == 2', 'log.txt');
  blockStep(gate, {
    code: 'gate-failed',
    message: 'tests: 2 failures',
    remedy: 'Read the report.',
    log: log.digest,
    faults: ['test_a failed'],
  });
  waitFor(blocked, 'test.gate.tests', 'decision', ['decision on test.gate.tests'], before(29));

  const watched = await tested('release:sample:1.0.1');
  watched.phase = 'observe';
  watched.reached = 'published';
  did(watched, 'release.index', [180, 179]);
  did(watched, 'release.visible', [179, 177]);
  beginStep(watched, { id: 'observe.window', title: 'Watch what was released' }, before(170));
  watched.window = openWindow({ length: 86_400, monitor: 'monitor:sample:1.0.1', now: before(170) });
  watched.window.asked = { at: before(5), why: 'error-rate: 0.25 is above 0.1' };
  watched.window.probes = [probe('error-rate', true), probe('index', false)];
  watched.window.breaches = [
    { probe: 'error-rate', at: 9000, note: '0.25 is above 0.1', onBreach: 'ask', changed: false },
  ];
  waitFor(watched, 'observe.window', 'watch', ['an answer for the window'], before(5));

  const fixing = await open('hotfix:sample:1.0.2', { title: 'Crash on empty input' }, 15, 'hotfix');
  beginStep(fixing, { id: 'prepare.fix', title: 'The fix on hotfix/v1.0.2' }, before(15));
  waitFor(fixing, 'prepare.fix', 'outside', ['the fix on hotfix/v1.0.2'], before(15));

  const plan = await open('plan:sample:1.2.0', { dryRun: true }, 40);
  did(plan, 'prepare.commit', [40, 39]);
  const effects = ['push release/v1.2.0', 'tag v1.2.0', 'upload 2 files to pypi'];
  plan.plan = {
    diff: await bytes(DIFF, 'plan.diff'),
    changelog: CHANGELOG,
    tag: 'v1.2.0',
    branch: 'release/v1.2.0',
    effects,
  };
  Object.assign(plan, { status: 'ended', outcome: 'planned', endedAt: before(35), commit: COMMIT });

  const ended = await tested('release:sample:1.0.0');
  did(ended, 'approve.sign-offs', [188, 60]);
  did(ended, 'release.index', [60, 59]);
  did(ended, 'release.visible', [59, 58]);
  Object.assign(ended, {
    phase: 'close',
    status: 'ended',
    outcome: 'rolled-back',
    ending: 'sample 1.0.0 was rolled back',
    endedAt: before(50),
  });
  const rollback = await open(
    'rollback:sample:1.0.0',
    { reason: 'It loses data', rollForward: 'no', tags: 'keep' },
    48,
    'rollback',
  );
  did(rollback, 'release.yank', [45, 30]);
  Object.assign(rollback, { phase: 'close', status: 'ended', outcome: 'rolled-back', endedAt: before(25) });

  for (const state of [waiting, blocked, watched, fixing]) judgeStatus(state);
  for (const [id, { state }] of [...api.runs.open]) {
    await api.archive.putRun(structuredClone(state) as never);
    if (state.status !== 'ended') continue;
    api.runs.open.delete(id);
    api.runs.closed.push(state);
  }
  return { waiting, blocked, watched, fixing, plan, ended, rollback };
}

function probe(name: string, breach: boolean): ProbeHealth {
  const readings = Array.from({ length: 17 }, (_, at): CompactReading => {
    const bad = breach && at > 12;
    return [at * 600, breach ? 0.02 * at : null, bad ? 'u' : at === 5 ? '?' : 'h'];
  });
  return {
    ...{ name, kind: breach ? 'http' : 'index', health: breach ? 'unhealthy' : 'healthy', value: breach ? 0.25 : null },
    ...{ note: breach ? '0.25 is above 0.1' : '2 files as released', at: 9600, since: 7800, bad: breach ? 4 : 0 },
    taken: { healthy: breach ? 12 : 16, unhealthy: breach ? 4 : 0, unknown: 1 },
    ...(breach ? { breach: 'beyond its threshold' } : {}),
    readings,
  };
}
