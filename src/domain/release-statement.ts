import type { Project } from './project.ts';
import { hexOf } from './publication.ts';
import type { ArtifactRef, Manifest, RunState, Step } from './run/state.ts';
import { tagOf } from './version-tag.ts';

/** docs/security.md says what stands in a statement of this type. */
const BUILD_TYPE = 'urn:slipway:release:v1';
/** Who made it, where the service has no address of its own. */
const SOMEWHERE = 'urn:slipway:service';

export interface Stated {
  readonly state: RunState;
  readonly project: Project;
  readonly manifest: Manifest;
  /** The tagged commit; the one that was tested and signed may be its second parent. */
  readonly commit: string;
  /** Where people reach the service. */
  readonly service: string | undefined;
}

/**
 * An in-toto statement (v1) with SLSA's provenance (v1) of what is about to be published: from which commit, by which gates with which
 * reports, and who signed. It is made before the release is public, since an immutable one takes nothing afterwards.
 */
export function releaseStatement({ state, project, manifest, commit, service }: Stated) {
  const tag = tagOf(state.version, project.version.tag);
  const tested = state.commit ?? commit;
  const repository = `git+${project.repository}`;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: manifest.files.map(descriptor),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { repository: project.repository, kind: state.procedure.kind, version: state.version, tag },
        internalParameters: { policy: project.policy, startedBy: state.startedBy, tree: state.tree ?? null },
        resolvedDependencies: [
          { name: 'tested', uri: repository, digest: { gitCommit: tested } },
          { name: 'released', uri: `${repository}@refs/tags/${tag}`, digest: { gitCommit: commit } },
        ],
      },
      runDetails: {
        builder: { id: service ?? SOMEWHERE },
        metadata: { invocationId: `${state.id}/${state.runId}`, startedOn: state.startedAt },
        byproducts: [
          { name: 'manifest.json', digest: { sha256: manifest.digest.slice('sha256:'.length) } },
          ...manifest.extras.map(descriptor),
          ...gatesOf(state).flatMap(reportsOf),
        ],
        slipway_gates: gatesOf(state).map(({ id, status, summary, skipped }) => {
          return { id, status, summary, ...(skipped ? { skipped } : {}) };
        }),
        slipway_signOffs: state.signOffs
          .filter(({ voided }) => voided === undefined)
          .map(({ role, decision, by, at, commit, manifest }) => ({ role, decision, by, at, commit, manifest })),
        slipway_checklist: state.checklist.map(({ item, text, passed, by, at }) => {
          return { item, text, passed: passed ?? null, by: by ?? null, at: at ?? null };
        }),
      },
    },
  };
}

export type ReleaseStatement = ReturnType<typeof releaseStatement>;

/** Of the package and version, beside its files: https://in-toto.io calls lines of signed statements so. */
export function statementName({ package: name }: Project, version: string, signed: boolean): string {
  return `${name}-${version}.intoto.${signed ? 'jsonl' : 'json'}`;
}

function gatesOf({ steps }: RunState): Step[] {
  return steps.filter(({ id }) => id.startsWith('test.'));
}

function reportsOf({ id, evidence }: Step) {
  return evidence.flatMap(({ name, artifact }) =>
    artifact === undefined ? [] : [{ name: `${id}: ${name}`, digest: { sha256: hexOf(artifact) } }],
  );
}

function descriptor(file: ArtifactRef) {
  return { name: file.name, digest: { sha256: hexOf(file) } };
}
