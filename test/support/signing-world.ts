import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFailures } from '../../src/activities/failures.ts';
import { caller } from '../../src/activities/heartbeat.ts';
import { type PublishActivities, WORKFLOW_QUEUE } from '../../src/activities/index.ts';
import { keptProjects } from '../../src/activities/kept-project.ts';
import type { PublishDeps } from '../../src/activities/publish/deps.ts';
import { assertApproved } from '../../src/activities/publish/proofs.ts';
import { rollbacksActivities } from '../../src/activities/publish/rollbacks.ts';
import { serviceActivities } from '../../src/activities/publish/service.ts';
import { type Signer, signerWith } from '../../src/api/signing.ts';
import { temporalRuns } from '../../src/api/temporal-runs.ts';
import { createArchive } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { newKeyPair, type SigningKey } from '../../src/config/signatures.ts';
import type { Project } from '../../src/domain/project.ts';
import type { PublicKey } from '../../src/domain/run/proof.ts';
import type { DirectoryPerson } from '../../src/domain/run/request.ts';
import { executionsOf } from '../../src/temporal/executions.ts';
import { PEOPLE, releaseActivities } from './release-activities.ts';
import { type Harness, harness } from './temporal.ts';

export interface Pair extends SigningKey {
  readonly publicKey: string;
}

export function keyPair(kid: string): Pair {
  const privateKey = createPrivateKey(newKeyPair().privateKey);
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kid, publicKey: Buffer.from(x, 'base64url').toString('hex'), privateKey };
}

/** A service that refuses what is unsigned, on the real Temporal: proofs are made and verified as in production, effects are fakes. */
export async function signingWorld(
  project: Project,
  people: () => Promise<readonly DirectoryPerson[]> = async () => PEOPLE,
  more: (deps: () => PublishDeps) => Partial<PublishActivities> = () => ({}),
) {
  const root = mkdtempSync(join(tmpdir(), 'slipway-proofs-'));
  const first = keyPair('first');
  const service = { keys: { first: { publicKey: first.publicKey } } as Record<string, PublicKey> };
  const signing = { key: first };
  const { publish, build, calls } = releaseActivities(project);
  const known: { world?: Harness } = {};
  const store = createArtifactStore(join(root, 'artifacts'));
  const deps = () =>
    ({
      archive: createArchive(join(root, 'archive')),
      store,
      caller,
      directory: {
        signatures: async () => ({ unsignedSignals: 'refuse', keys: service.keys }),
        project: async () => project,
        people,
      },
      executions: executionsOf(known.world!.client, WORKFLOW_QUEUE),
    }) as unknown as PublishDeps;
  const real = () => withFailures(serviceActivities(deps()));
  const checked =
    <I extends Parameters<typeof assertApproved>[1], R>(act: (input: I) => Promise<R>) =>
    async (input: I) => {
      await assertApproved(deps(), input);
      return act(input);
    };
  const guarded = withFailures({
    ensureMerged: checked(publish.ensureMerged),
    ensureTagged: checked(publish.ensureTagged),
    ensureGitHubRelease: checked(publish.ensureGitHubRelease),
    ensureRollbackStarted: (input: never) => rollbacksActivities(deps()).ensureRollbackStarted(input),
  });
  const own: Partial<PublishActivities> = {
    ...guarded,
    freeze: (input) => real().freeze(input),
    readKeys: () => real().readKeys(),
    ensureInLane: (input) => real().ensureInLane(input),
    leaveLane: (input) => real().leaveLane(input),
    ...withFailures(more(deps)),
  };
  const world = await harness({
    build,
    publish: { ...publish, ...own },
    interceptors: { activity: [keptProjects(store)] },
  });
  known.world = world;
  const signer: Signer = signerWith(async () => signing.key);
  return {
    world,
    calls,
    service,
    signing,
    first,
    signer,
    runs: temporalRuns(world.client, { signer }),
    async close() {
      await world.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
