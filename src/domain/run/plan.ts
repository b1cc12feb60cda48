import type { Adoption } from '../adoption/adoption.ts';
import type { IndexTarget, Project } from '../project.ts';
import { goesThroughMain, rulesOf } from '../stage-rules.ts';
import { tagOf } from '../version-tag.ts';
import { wantedBy } from './sign-offs.ts';
import type { ArtifactRef, Plan, RunState } from './state.ts';

interface Facts {
  readonly project: Project;
  readonly branch: string;
  readonly diff: ArtifactRef;
  readonly changelog: string;
  readonly adoption?: Adoption | undefined;
}

/** What a release would do to the outside, in order; a project's own switches leave things out. */
export function effectsOf(state: RunState, { project, branch, diff, changelog, adoption }: Facts): Plan {
  const { version, procedure } = state;
  const { publish, branches } = project;
  const rules = rulesOf({ project, version, procedure });
  const main = goesThroughMain({ version, procedure });
  const tag = tagOf(version, project.version.tag);
  const head = branch.replace('refs/heads/', '');
  const title = `Release v${version}`;
  const files = state.manifest?.files.map((file) => file.name).join(', ') ?? '';
  const roles = wantedBy(state).join(', ');
  if (adoption) return effectsOfAdoption(state, { project, branch, diff, changelog, adoption });
  return {
    diff,
    changelog,
    tag,
    branch: head,
    ...(main && publish.github ? { pullRequest: { title, base: branches.main, head } } : {}),
    effects: [
      `push ${head} (${state.commit})`,
      ...(project.build ? [`run ${project.build.workflow.file} on ${head}, and take its wheels in place of ours`] : []),
      ...(rules.rehearsal && publish.testIndex ? [`upload ${files} to ${publish.testIndex.name}`] : []),
      ...(main && publish.github ? [`open the pull request "${title}" from ${head} to ${branches.main}`] : []),
      ...(roles ? [`wait for the sign-offs of ${roles}`] : []),
      ...(main ? [`merge ${head} into ${branches.main}`] : []),
      `push the tag ${tag}`,
      ...(rules.index ? publishing(publish.index, files, tag) : []),
      ...(publish.github ? [`publish the GitHub release ${tag} with ${files}`] : []),
      ...(publish.docs && rules.docs ? [`publish the docs site to ${publish.docs.branch}`] : []),
      ...(publish.image && rules.image ? [`push ${publish.image.name}:${version}`] : []),
      ...(main && branches.develop && publish.mergeBack
        ? [`merge ${branches.main} back into ${branches.develop}`]
        : []),
    ],
  };
}

function publishing({ name, workflow }: IndexTarget, files: string, tag: string): string[] {
  if (!workflow) return [`upload ${files} to ${name}`];
  return [
    `put ${files} onto the draft GitHub release ${tag}`,
    `run ${workflow.file} on ${tag}, which publishes them to ${name}`,
  ];
}

/** What is there stays as it is; the rest is done in the same order. */
function effectsOfAdoption(state: RunState, facts: Facts & { readonly adoption: Adoption }): Plan {
  const { project, branch, diff, changelog, adoption } = facts;
  const { version, procedure } = state;
  const { publish, branches } = project;
  const rules = rulesOf({ project, version, procedure });
  const tag = tagOf(version, project.version.tag);
  const head = branch.replace('refs/heads/', '');
  const files = (state.manifest?.files ?? []).map((file) => file.name);
  const uploads = files.filter((name) => !adoption.onIndex.includes(name)).join(', ');
  const roles = wantedBy(state).join(', ');
  const title = `Release v${version}`;
  const opens = !adoption.merged && publish.github !== null;
  const released = { none: 'publish', draft: 'finish the draft of', published: 'complete' }[adoption.release];
  return {
    diff,
    changelog,
    tag,
    branch: head,
    there: adoption.there,
    ...(opens ? { pullRequest: { title, base: branches.main, head } } : {}),
    effects: [
      ...(rules.rehearsal && publish.testIndex
        ? [`upload ${files.join(', ')} to ${publish.testIndex.name}, unless it holds other bytes`]
        : []),
      ...(opens ? [`open the pull request "${title}" from ${head} to ${branches.main}`] : []),
      ...(roles ? [`wait for the sign-offs of ${roles}`] : []),
      ...(adoption.merged ? [] : [`merge ${head} into ${branches.main}`]),
      ...(rules.index && uploads ? publishing(publish.index, uploads, tag) : []),
      ...(publish.github ? [`${released} the GitHub release ${tag} with ${files.join(', ')}`] : []),
      ...(publish.docs && rules.docs ? [`publish the docs site to ${publish.docs.branch}`] : []),
      ...(publish.image && rules.image && !adoption.image ? [`push ${publish.image.name}:${version}`] : []),
      ...(adoption.mergedBack ? [] : [`merge ${branches.main} back into ${branches.develop}`]),
    ],
  };
}
