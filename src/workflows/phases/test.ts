import type { EnvironmentRecipe } from '../../activities/index.ts';
import type { Adoption } from '../../domain/adoption/adoption.ts';
import type { Gate } from '../../domain/project.ts';
import { openChecklist } from '../../domain/run/checklist.ts';
import type { ReleaseRequest } from '../../domain/run/request.ts';
import { voidSignOffs } from '../../domain/run/sign-offs.ts';
import type { ArtifactRef, Candidate, Manifest } from '../../domain/run/state.ts';
import { enterPhase } from '../../domain/run/steps.ts';
import { gatesOf, rulesOf } from '../../domain/stage-rules.ts';
import { archiveMeanwhile } from '../ending.ts';
import { enter, type Run } from '../run.ts';
import { lookSoon, may, must, together } from '../step.ts';
import { build } from './build.ts';
import type { Prepared } from './prepare.ts';

/** Tested, built once, and named: what people sign and what ships. */
export interface Tested {
  readonly candidate: Candidate;
  readonly manifest: Manifest;
  readonly notes: ArtifactRef;
  readonly site: ArtifactRef | null;
  readonly image: { readonly archive: ArtifactRef; readonly manifest: string } | null;
  readonly recipe: EnvironmentRecipe;
  readonly adoption?: Adoption;
}

const ENVIRONMENT_LIMIT = 900;
const INSTALL_LIMIT = 600;

/** Gates side by side with the build; then the manifest is frozen and rehearsed. */
export async function test(run: Run, prepared: Prepared, candidate: Candidate): Promise<Tested> {
  enter(run, 'test');
  const recipe = recipeFor(run, prepared, candidate);
  const environment = must(
    run,
    { id: 'test.environment', title: 'Make a clean environment with the test dependencies' },
    (using) => using.build(ENVIRONMENT_LIMIT).makeEnvironment({ ...run.context, recipe }),
  );
  const packages = build(run, prepared, recipe);
  const [, , files, sbom, site, image] = await together([
    environment,
    environment.then(() => gates(run, prepared, recipe), quietly),
    packages,
    packages.then((built) => install(run, recipe, built), quietly),
    environment.then(() => docsSite(run, recipe), quietly),
    packages.then((built) => imageArchive(run, prepared, recipe, built), quietly),
  ]);

  const manifest = await freeze(run, candidate, files, [site, image?.archive, sbom]);
  if (rulesOf(run.context).rehearsal && !(run.state.request as ReleaseRequest).dryRun)
    await rehearse(run, prepared, manifest);
  archiveMeanwhile(run);
  const { adoption, notes } = prepared;
  return { candidate, manifest, notes, site, image, recipe, ...(adoption ? { adoption } : {}) };
}

/** The trouble itself is told by the step that has it. */
function quietly(): null {
  return null;
}

function recipeFor(run: Run, prepared: Prepared, candidate: Candidate): EnvironmentRecipe {
  const { environment } = run.context.project;
  return {
    source: prepared.source.bundle,
    base: prepared.source.base,
    candidate,
    python: environment.python,
    install: environment.install,
    pretend: prepared.pretend,
    ...(prepared.time === undefined ? {} : { time: prepared.time }),
  };
}

async function gates(run: Run, prepared: Prepared, recipe: EnvironmentRecipe): Promise<void> {
  const local = (run.state.request as ReleaseRequest).dryRun === true;
  const chosen = gatesOf(run.context).filter((gate) => !(local && gate.builtin === 'checks'));
  // A benchmark runs twice, so it would be what all wait for in the end.
  const longestFirst = [
    ...chosen.filter(({ benchmark }) => benchmark),
    ...chosen.filter(({ benchmark }) => !benchmark),
  ];
  await together(longestFirst.map((gate) => runGate(run, prepared, recipe, gate)));
}

async function runGate(run: Run, prepared: Prepared, recipe: EnvironmentRecipe, gate: Gate): Promise<void> {
  const { context } = run;
  const id = `test.gate.${gate.name}`;
  const spec = { id, title: `Gate ${gate.name}` };
  const { source } = prepared;
  const { candidate } = recipe;
  if (gate.builtin === 'reviewed') {
    await may(run, spec, (using) => using.publish.checkReviewed({ ...context, source, candidate, gate }));
  } else if (gate.builtin === 'checks') {
    const { checks, checksEvery } = run.waits;
    await may(run, { ...spec, late: 'checks-failed' }, (using) =>
      lookSoon(run, id, "the commit's checks on GitHub", () =>
        using.waitingAtMost(checksEvery, checks).checkChecks({ ...context, candidate, gate }),
      ),
    );
  } else {
    const baseline = gate.benchmark && source.last ? { commit: source.last.commit } : null;
    await may(run, spec, (using) =>
      using
        .build(gate.timeout * (baseline ? 2 : 1) + ENVIRONMENT_LIMIT)
        .runGate({ ...context, recipe, gate, baseline }),
    );
  }
}

/** Answers the bill of what users of the wheel get, where the project wants one. */
async function install(
  run: Run,
  recipe: EnvironmentRecipe,
  files: readonly ArtifactRef[],
): Promise<ArtifactRef | null> {
  const { context } = run;
  const { sbom, smoke } = context.project;
  const billed = sbom === 'none' ? undefined : (files.find(({ name }) => name.endsWith('.whl')) ?? files[0]);
  const { sbom: bill } = await must(
    run,
    { id: 'test.install', title: 'Install each file into a clean environment and try it' },
    async (using) => {
      const tried = await together(
        files.map((file) => {
          const { python } = recipe;
          return using.build(INSTALL_LIMIT).tryInstall({ ...context, file, python, smoke, sbom: file === billed });
        }),
      );
      return {
        sbom: tried.find((one) => one.sbom)?.sbom ?? null,
        summary: tried.map((one) => one.summary).join('; '),
        evidence: tried.flatMap((one) => one.evidence ?? []),
      };
    },
  );
  return bill;
}

async function docsSite(run: Run, recipe: EnvironmentRecipe): Promise<ArtifactRef | null> {
  const { docs } = run.context.project.publish;
  if (!docs || !rulesOf(run.context).docs) return null;
  const built = await may(run, { id: 'test.docs-site', title: 'Build the docs site' }, (using) =>
    using.build(docs.timeout).buildDocs({ ...run.context, recipe }),
  );
  return built?.site ?? null;
}

async function imageArchive(
  run: Run,
  { adoption }: Prepared,
  recipe: EnvironmentRecipe,
  files: readonly ArtifactRef[],
): Promise<Tested['image']> {
  const { image } = run.context.project.publish;
  if (!image || !rulesOf(run.context).image || adoption?.image) return null;
  const built = await may(run, { id: 'test.image', title: 'Build the container image' }, (using) =>
    using.build(image.timeout).buildImage({ ...run.context, recipe, files }),
  );
  return built?.image && built.imageManifest ? { archive: built.image, manifest: built.imageManifest } : null;
}

/** From here on people can sign: what they sign has a name. */
async function freeze(
  run: Run,
  candidate: Candidate,
  files: readonly ArtifactRef[],
  extras: readonly (ArtifactRef | null | undefined)[],
): Promise<Manifest> {
  const { context, state } = run;
  const kept = extras.filter((one): one is ArtifactRef => Boolean(one));
  const { manifest } = await must(run, { id: 'test.manifest', title: 'Freeze the manifest' }, (using) =>
    using
      .build(ENVIRONMENT_LIMIT)
      .freezeManifest({ version: context.version, commit: candidate.commit, files, extras: kept }),
  );
  if (state.commit !== candidate.commit || state.manifest?.digest !== manifest.digest)
    voidSignOffs(state, 'another commit or manifest took its place');
  state.commit = candidate.commit;
  state.tree = candidate.tree;
  state.manifest = manifest;
  if (rulesOf(context).checklist) openChecklist(state);
  return manifest;
}

/** The very files, by way of the test index: uploaded, shown, installed. This run's own earlier bytes there are no fault of anybody's. */
async function rehearse(run: Run, { adoption }: Prepared, manifest: Manifest): Promise<void> {
  const target = run.context.project.publish.testIndex;
  if (!target) return;
  const { context, state } = run;
  const id = 'test.rehearsal';
  await may(run, { id, title: `Rehearse on ${target.name}` }, async (using) => {
    const compared = await using.publish.compareRehearsal({ ...context, target, manifest, earlier: state.rehearsed });
    if (compared.kind === 'foreign' && adoption)
      return { summary: `left out: ${target.name} holds other bytes of ${context.version}`, omitted: true };
    if (compared.kind === 'own-earlier') return { summary: compared.summary, omitted: true };
    if (!state.undo.some((one) => one.kind === 'test-index'))
      state.undo.push({ kind: 'test-index', version: context.version });
    state.rehearsed = [...new Set([...state.rehearsed, ...manifest.files.map((file) => file.digest)])];
    const uploaded = await using.upload.ensureOnIndex({ ...context, target, manifest, production: false });
    const { visible, visibleEvery } = run.waits;
    await lookSoon(run, id, `${target.name} to show the files`, () =>
      using.waitingAtMost(visibleEvery, visible).awaitVisible({ ...context, target, manifest }),
    );
    const installed = await using
      .build(INSTALL_LIMIT)
      .installFromIndex({ ...context, target, manifest, python: context.project.environment.python });
    state.links['test index'] = uploaded.url;
    return { ...installed, summary: `${uploaded.summary}; ${installed.summary}` };
  });
  enterPhase(state, 'test');
}
