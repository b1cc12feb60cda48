import type { ProblemNote } from '../problem.ts';
import type { Project, Role } from '../project.ts';
import type { OnGitHub } from './github-word.ts';
import type { Received } from './messages.ts';
import type { Proof, Signatures } from './proof.ts';
import type { DirectoryPerson, Procedure, RunRequest } from './request.ts';
import { procedureOf } from './request.ts';
import type { Undo } from './undo.ts';
import type { Window } from './watching.ts';

export type { Undo } from './undo.ts';

export type RunKind = 'release' | 'hotfix' | 'rollback';
export type Phase = 'prepare' | 'test' | 'approve' | 'release' | 'publish' | 'observe' | 'close';
export type StepStatus = 'pending' | 'running' | 'waiting' | 'blocked' | 'done' | 'adopted' | 'skipped' | 'failed';
export type RunStatus = 'running' | 'waiting' | 'blocked' | 'paused' | 'ended' | 'stuck';
export type Outcome = 'released' | 'rehearsed' | 'planned' | 'withdrawn' | 'abandoned' | 'rolled-back';
export type SignalName = 'signOff' | 'check' | 'decide' | 'fixReady' | 'watch' | 'pause' | 'resume' | 'abort';

export interface ArtifactRef {
  readonly name: string;
  readonly digest: `sha256:${string}`;
  readonly size: number;
}

/** A number, a link or a file that shows why a step ended as it did. */
export interface Evidence {
  readonly name: string;
  readonly value?: string | number;
  readonly url?: string;
  readonly artifact?: ArtifactRef;
}

export interface Step {
  readonly id: string;
  title: string;
  status: StepStatus;
  /** Counts from 1; a decision names the attempt that it is for. */
  attempt: number;
  startedAt: string;
  endedAt?: string;
  summary: string;
  evidence: Evidence[];
  problem?: ProblemNote;
  skippable: boolean;
  /** Who skipped it and why. */
  skipped?: { by: string; reason: string };
  /** Goes on beside a wait, and is no work of the run's own. */
  readonly beside?: true;
}

export interface Waiting {
  readonly step: string;
  /** Roles, checklist items, a decision, or what is looked for outside. */
  readonly for: readonly string[];
  readonly since: string;
  /** `watch`: an answer to the window. `machine`: for a limited time, after which people are asked. */
  readonly kind: 'sign-off' | 'check' | 'decision' | 'outside' | 'machine' | 'turn' | 'resume' | 'watch';
}

export interface SignOff {
  readonly role: Role;
  readonly decision: 'approve' | 'reject';
  readonly by: string;
  readonly at: string;
  readonly commit: string;
  readonly manifest: string;
  readonly comment?: string;
  /** Why it no longer counts. */
  voided?: string;
  /** The starter's own: allowed under the light policy, and said. */
  readonly own?: boolean;
  /** All that was sent, as the API signed it: verified again beside the credential. */
  readonly signed?: { readonly payload: object; readonly proof: Proof };
}

export interface ChecklistItem {
  readonly item: string;
  readonly text: string;
  readonly how?: string;
  passed?: boolean;
  by?: string;
  at?: string;
  note?: string;
  commit?: string;
  manifest?: string;
}

export interface Refusal {
  readonly at: string;
  readonly signal: string;
  readonly by: string;
  readonly reason: string;
  readonly requestId: string;
  /** What was sent, clamped. */
  readonly sent: string;
}

/** What the sender of a signal learns by an immediate query; keyed `signal:by:requestId`. */
export interface Answer {
  readonly verdict: 'counted' | 'refused' | 'pending';
  readonly reason?: string;
  readonly at?: string;
  /** Canonical JSON of the payload: another body under the same key is an error. */
  readonly body: string;
  /** It was refused for its proof: whoever it names has not answered yet. */
  readonly unproven?: true;
}

/** Name of the frozen docs folder among a manifest's extras. */
export const DOCS_SITE = 'docs-site.tar';

export interface Manifest {
  readonly digest: `sha256:${string}`;
  readonly files: readonly ArtifactRef[];
  readonly extras: readonly ArtifactRef[];
}

/** What is tested, signed and shipped. */
export interface Candidate {
  readonly commit: string;
  readonly tree: string;
  /** The commit's bundle in the artifact store, on top of the run's source bundle. */
  readonly bundle: ArtifactRef;
}

export interface RunState extends OnGitHub {
  readonly schema: 1;
  readonly id: string;
  readonly runId: string;
  readonly kind: RunKind;
  readonly project: string;
  readonly version: string;
  readonly request: RunRequest;
  readonly procedure: Procedure;
  phase: Phase;
  status: RunStatus;
  outcome?: Outcome;
  /** One sentence on why it ended so. */
  ending?: string;
  waitingFor: Waiting[];
  steps: Step[];
  signOffs: SignOff[];
  checklist: ChecklistItem[];
  /** To be looked at once the release is out; they never hold it. */
  afterwards?: ChecklistItem[];
  refusals: Refusal[];
  answers: Record<string, Answer>;
  plan?: Plan;
  commit?: string;
  tree?: string;
  manifest?: Manifest;
  notes?: ArtifactRef;
  diff?: ArtifactRef;
  links: Record<string, string>;
  readonly startedBy: string;
  readonly startedAt: string;
  endedAt?: string;

  /** Frozen as the run starts; undefined until then, and signals wait in `inbox`, as they do until their proofs are verified. */
  frozen?: Frozen;
  inbox: Received[];
  decisions: {
    step: string;
    attempt: number;
    action: 'retry' | 'skip' | 'abort';
    by: string;
    reason: string;
    at: string;
  }[];
  paused?: { by: string; reason: string; at: string };
  aborted?: { by: string; reason: string; at: string };
  /** Newest last. */
  undo: Undo[];
  /** Digests of files that this run put on the test index. */
  rehearsed: string[];
  undone: string[];
  notUndone: string[];
  /** The last clean way back is the merge; after the first file on the index there is no undoing. */
  reached: 'nothing' | 'merged' | 'published';
  breaking: boolean;
  /** A hotfix: who said that the fix is on the branch. */
  fix?: { by: string; at: string; commits: string[] };
  window?: Window;
}

/** The service's knowledge as it was when the run started: a later edit changes no open run. */
export interface Frozen extends Pick<Signatures, 'unsignedSignals'>, Partial<Pick<Signatures, 'keys'>> {
  readonly project: Project;
  readonly people: readonly DirectoryPerson[];
  /** Where the same project lies for activities. */
  readonly kept?: ArtifactRef;
}

/** Every outside effect in order, as a dry run answers it. */
export interface Plan {
  readonly diff: ArtifactRef;
  readonly changelog: string;
  readonly tag: string;
  readonly branch: string;
  /** An adoption: what stays as it is. */
  readonly there?: readonly string[];
  readonly pullRequest?: { readonly title: string; readonly base: string; readonly head: string };
  readonly effects: readonly string[];
}

export function openState(identity: {
  id: string;
  runId: string;
  kind: RunKind;
  request: RunRequest;
  now: string;
}): RunState {
  const { id, runId, kind, request, now } = identity;
  return {
    schema: 1,
    id,
    runId,
    kind,
    project: request.project,
    version: request.version,
    request,
    procedure: procedureOf(kind, request),
    phase: 'prepare',
    status: 'running',
    waitingFor: [],
    steps: [],
    signOffs: [],
    checklist: [],
    refusals: [],
    answers: {},
    links: {},
    startedBy: request.startedBy,
    startedAt: now,
    inbox: [],
    decisions: [],
    undo: [],
    rehearsed: [],
    undone: [],
    notUndone: [],
    reached: 'nothing',
    breaking: false,
  };
}
