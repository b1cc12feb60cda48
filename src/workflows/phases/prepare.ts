import type { Source } from '../../activities/index.ts';
import type { Adoption } from '../../domain/adoption/adoption.ts';
import type { Project } from '../../domain/project.ts';
import type { ReleaseRequest } from '../../domain/run/request.ts';
import type { ArtifactRef, Candidate } from '../../domain/run/state.ts';
import { commitMessageFor } from '../../domain/stage-rules.ts';
import { stageOf } from '../../domain/version.ts';
import { enter, type Run } from '../run.ts';
import { ask, must } from '../step.ts';

/** What the rest of the procedure stands on. */
export interface Prepared {
  readonly source: Source;
  readonly candidate: Candidate;
  readonly notes: ArtifactRef;
  readonly diff: ArtifactRef;
  readonly excerpt: string;
  /** For versions that come from the tag: lets the build see the version before the tag exists. */
  readonly pretend: Readonly<Record<string, string>>;
  /** Set where another tool or a person began. */
  readonly adoption?: Adoption;
  readonly time?: number;
}

const EDITS_LIMIT = 300;

/** A branch with one commit on it: the version, the changelog, the generated API docs. */
export async function prepare(run: Run): Promise<Prepared> {
  enter(run, 'prepare');
  const { context, state } = run;
  await preflight(run);
  const { source } = await must(run, { id: 'prepare.branch', title: 'Pin the commit to release from' }, (using) =>
    using.publish.pinSource(context),
  );
  state.breaking = source.breaking;
  await confirmBump(run, source);

  return makeCandidate(run, source, context.project.apiDocs);
}

/** The release commit on top of the source: version, changelog, and what the project's generator makes. */
export async function makeCandidate(run: Run, source: Source, apiDocs: Project['apiDocs']): Promise<Prepared> {
  const { context, state } = run;
  const draft = await editVersionAndChangelog(run, source);
  const edits = [draft.version.edits, draft.changelog.edits];
  if (apiDocs) {
    const generated = await must(run, { id: 'prepare.api-docs', title: 'Generate the API docs' }, (using) =>
      using.build(apiDocs.timeout).generateApiDocs({ ...context, source, edits }),
    );
    edits.push(generated.edits);
  }

  const made = await commit(run, source, edits);
  state.notes = draft.changelog.notes;
  state.diff = made.diff;
  return {
    source,
    candidate: made.candidate,
    notes: draft.changelog.notes,
    diff: made.diff,
    excerpt: draft.changelog.excerpt,
    pretend: draft.pretend,
  };
}

/** Everything that would stop the run later, before it does anything. */
export async function preflight(run: Run): Promise<void> {
  const { dryRun = false, testOnly = false, adopt = false } = run.state.request as ReleaseRequest;
  await must(
    run,
    { id: 'prepare.preflight', title: 'Check version, branches, credentials and project file' },
    (using) =>
      using.publish.preflight({
        ...{ ...run.context, runId: run.state.runId, dryRun, testOnly },
        ...(adopt ? { adopt } : {}),
      }),
  );
}

/** A version lower than what the commits call for is a person's to confirm. */
async function confirmBump(run: Run, source: Source): Promise<void> {
  if (!source.belowSuggestion || stageOf(run.context.version) !== 'stable') return;
  const message = `${run.context.version} is lower than ${source.suggestion.version}, which the commits call for: ${source.suggestion.reasons.join('; ')}`;
  const spec = { id: 'prepare.bump', title: 'Confirm a version below the suggestion' };
  while (!(await ask(run, spec, { code: 'bump-below-suggestion', message })));
}

/** One function makes both edits, the one behind `slipway prepare`; an empty Unreleased section is a person's to judge. */
async function editVersionAndChangelog(run: Run, source: Source) {
  const spec = { id: 'prepare.version', title: 'Edit the version where the project keeps it' };
  const draft = await must(run, spec, async (using) => {
    const drafted = await using.build(EDITS_LIMIT).draftEdits({ ...run.context, source });
    return { ...drafted.version, drafted };
  });
  const { changelog } = draft.drafted;
  // In haste nobody is asked: the entries come from the commits.
  if (changelog.empty && run.context.procedure.kind === 'release') {
    const message = `the Unreleased section is empty although there are ${source.commitsSinceLast} commits since ${source.last?.tag ?? 'the beginning'}`;
    const question = { id: 'prepare.changelog', title: 'Close the changelog' };
    while (!(await ask(run, question, { code: 'changelog-empty', message })));
  } else {
    await must(run, { id: 'prepare.changelog', title: 'Close the changelog' }, () => Promise.resolve(changelog));
  }
  return draft.drafted;
}

/** The commit is made once; the branch takes it with its old value expected. A dry run pushes nothing. */
async function commit(run: Run, source: Source, edits: readonly ArtifactRef[]) {
  const { context, state } = run;
  const message = commitMessageFor(context);
  const made = await must(run, { id: 'prepare.commit', title: 'Make the release commit' }, async (using) => {
    const commit = await using.build(EDITS_LIMIT).makeCommit({ ...context, source, edits, message });
    if ((state.request as ReleaseRequest).dryRun) return { ...commit, pushed: false };
    rememberBranch(run, source, commit.candidate.commit);
    const { candidate, changed } = commit;
    const pushed = await using.publish.ensureBranchPushed({
      ...context,
      source,
      candidate,
      expected: source.found,
      changed,
      message,
    });
    return { ...commit, summary: `${commit.summary}; ${pushed.summary}` };
  });
  state.commit = made.candidate.commit;
  state.tree = made.candidate.tree;
  return made;
}

/** Written down before the push: an abort puts the branch back to where the run found it, if only this run moved it. */
export function rememberBranch(run: Run, source: Source, commit: string): void {
  const ref = source.releaseBranch;
  const earlier = run.state.undo.find((one) => one.kind === 'branch');
  const from = [...(earlier?.kind === 'branch' ? earlier.from : []), commit];
  run.state.undo = [
    ...run.state.undo.filter((one) => one !== earlier),
    { kind: 'branch' as const, ref, to: earlier?.kind === 'branch' ? earlier.to : source.found, from },
  ];
}
