import { confinementOf, HELD, heldWords, whyFailed } from '../../domain/confinement.ts';
import { fitsMachine, isForSomeMachines } from '../../domain/dispatch/fits-machine.ts';
import { Problem } from '../../domain/problem.ts';
import { hexOf } from '../../domain/publication.ts';
import { DOCS_SITE } from '../../domain/run/state.ts';
import { toPep440 } from '../../domain/version.ts';
import type { BuildActivities } from '../index.ts';
import { keepManifest } from '../manifest.ts';
import { bundlesOf, repositoryOf } from '../repository.ts';
import { type BuildDeps, inWorkspace } from './deps.ts';
import { environmentOf } from './environments.ts';
import { checkInstalled, runSmoke } from './installed.ts';
import { billOfMaterials } from './sbom.ts';

/** The files of a release: built once, kept by their digest, tried in clean environments. */
export function packagingActivities(
  deps: BuildDeps,
): Pick<
  BuildActivities,
  'buildPackage' | 'tryInstall' | 'installFromIndex' | 'buildDocs' | 'buildImage' | 'freezeManifest'
> {
  const { builder, git, images, index, store } = deps;

  return {
    buildPackage({ project, recipe, sdistOnly = false, time, version }) {
      return inWorkspace(deps, async ({ folder }) => {
        const repository = await repositoryOf(deps, bundlesOf(recipe));
        await git.checkout(repository, recipe.candidate.commit, `${folder}/checkout`, { withGit: true });
        const { files, log, held } = await builder.build({
          cwd: `${folder}/checkout`,
          out: `${folder}/dist`,
          sourceDateEpoch: recipe.time ?? time,
          env: recipe.pretend,
          confinement: confinementOf(project),
          sdistOnly,
        });
        await builder.checkMetadata(files, { name: project.package, version: toPep440(version) });
        const kept = await Promise.all(files.map((file) => store.putFile(file.slice(file.lastIndexOf('/') + 1), file)));
        return {
          files: kept,
          summary: kept.map(({ name }) => name).join(', '),
          evidence: [
            ...kept.map((file) => ({ name: file.name, value: file.digest, artifact: file })),
            { name: 'log', artifact: log },
            { name: HELD, value: heldWords(held) },
          ],
        };
      });
    },

    tryInstall({ file, project, python, sbom, smoke, version }) {
      return inWorkspace(deps, async ({ folder }) => {
        const path = `${folder}/${file.name}`;
        const confinement = confinementOf(project);
        await store.copyTo(file.digest, path);
        const venv = `${folder}/venv`;
        const environment = (install: readonly string[]) =>
          builder.environment(venv, { python, cwd: folder, install, confinement });
        if (isForSomeMachines(file.name)) {
          const { version: there } = await environment([]);
          if (!fitsMachine(file.name, { platform: process.platform, arch: process.arch, python: there }))
            return { summary: `${file.name} is for another machine: not tried here`, omitted: true, sbom: null };
        }
        const { packages, version: interpreter } = await installed(() => environment([path]));
        await checkInstalled(deps, { name: project.package, version, venv, cwd: folder, confinement });
        const tried = await runSmoke(deps, { smoke, venv, cwd: folder, confinement });
        const bill = sbom ? await billOfMaterials(deps, { name: project.package, venv, cwd: folder }) : null;
        const unbilled = sbom && !bill ? ', no bill of materials: cyclonedx-py is not on this worker' : '';
        return {
          sbom: bill,
          summary: `${file.name} on Python ${interpreter}${tried.length > 0 ? `, ${tried.length} smoke checks` : ''}${unbilled}`,
          evidence: [
            { name: `packages with ${file.name}`, artifact: packages },
            ...(bill ? [{ name: 'bill of materials', artifact: bill }] : []),
            ...tried,
          ],
        };
      });
    },

    installFromIndex({ manifest, project, python, target, version }) {
      return inWorkspace(deps, async ({ folder }) => {
        const pep440 = toPep440(version);
        const confinement = confinementOf(project);
        const venv = `${folder}/venv`;
        const install =
          target === project.publish.index || target.name === project.publish.index.name
            ? byName(pep440)
            : await byBytes(pep440);
        await installed(() => builder.environment(venv, { python, cwd: folder, install, confinement }));
        await checkInstalled(deps, { name: project.package, version, venv, cwd: folder, confinement });
        return { summary: `${project.package} ${pep440} installs from ${target.name}` };

        // The package by its name from there, what it needs from the ordinary index.
        function byName(wanted: string): string[] {
          return [
            '--index',
            index.simpleUrl(target),
            '--refresh-package',
            project.package,
            `${project.package}==${wanted}`,
          ];
        }

        // A test index may hold anybody's packages under the names of our dependencies: only these very bytes come from there.
        async function byBytes(wanted: string): Promise<string[]> {
          const files = (await index.files(target, project.package, wanted)) ?? [];
          const anywhere = manifest.files.find(({ name }) => name.endsWith('.whl') && !isForSomeMachines(name));
          const wheel = anywhere ?? manifest.files.find(({ name }) => !name.endsWith('.whl')) ?? manifest.files[0]!;
          const there = files.find((one) => one.filename === wheel.name);
          if (!there) throw new Problem('not-yet', `${target.name} does not list ${wheel.name} yet`);
          return [`${project.package} @ ${there.url.split('#')[0]}#sha256=${hexOf(wheel)}`];
        }
      });
    },

    async buildDocs({ project, recipe, time }) {
      const { build, dir, timeout, network } = project.publish.docs!;
      const confinement = confinementOf(project);
      const ready = await environmentOf(deps, { project, recipe });
      return inWorkspace(deps, async (workspace) => {
        await workspace.copyFrom(ready.checkout, 'checkout');
        const result = await builder.run({
          name: 'docs-site',
          run: build,
          cwd: `${workspace.folder}/checkout`,
          mountAt: ready.checkout,
          venv: ready.venv,
          timeout,
          network,
          confinement,
          env: { ...ready.env, SOURCE_DATE_EPOCH: String(recipe.time ?? time) },
        });
        const log = { log: result.log.digest };
        const why = whyFailed(result, { network, confinement });
        if (result.timedOut) throw new Problem('command-timed-out', `the docs took longer than ${timeout} s`, log);
        if (result.exitCode !== 0) throw new Problem('command-failed', `${build}: ${why}${result.tail}`, log);
        const pages = await workspace.files(`checkout/${dir}`).catch(() => []);
        if (pages.length === 0) throw new Problem('command-failed', `${build} left nothing in ${dir}`, log);
        await workspace.pack(`checkout/${dir}`, 'site.tar');
        const site = await store.putFile(DOCS_SITE, `${workspace.folder}/site.tar`);
        return {
          site,
          summary: `${pages.length} files`,
          evidence: [
            { name: 'site', artifact: site },
            { name: 'log', artifact: result.log },
            { name: HELD, value: heldWords(result) },
          ],
        };
      });
    },

    async buildImage({ files, project, recipe, time, version }) {
      const image = project.publish.image!;
      if ((await images.engine()) === undefined) {
        const why = 'no container engine on this build worker';
        if (image.withoutEngine === 'block') throw new Problem('image-engine-missing', why);
        return { image: null, imageManifest: null, omitted: true, summary: `left out by policy: ${why}` };
      }
      return inWorkspace(deps, async ({ folder }) => {
        const repository = await repositoryOf(deps, bundlesOf(recipe));
        const context = `${folder}/checkout`;
        await git.checkout(repository, recipe.candidate.commit, context);
        // The image holds the wheel that was tested, not one of its own making.
        for (const file of files) await store.copyTo(file.digest, `${context}/dist/${file.name}`);
        const labels = {
          'org.opencontainers.image.version': version,
          'org.opencontainers.image.revision': recipe.candidate.commit,
          'org.opencontainers.image.source': project.repository.replace(/\.git$/, ''),
          'org.opencontainers.image.created': new Date((recipe.time ?? time) * 1000).toISOString(),
          'org.opencontainers.image.title': project.title,
        };
        const { dockerfile, buildArgs, timeout } = image;
        const out = `${folder}/image.tar`;
        const built = await images.build({
          context,
          dockerfile,
          buildArgs,
          labels,
          out,
          sourceDateEpoch: recipe.time ?? time,
          timeout,
        });
        const archive = await store.putFile('image.tar', out);
        return {
          image: archive,
          imageManifest: built.manifest,
          summary: built.manifest,
          evidence: [
            { name: 'image', artifact: archive },
            { name: 'log', artifact: built.log },
          ],
        };
      });
    },

    async freezeManifest(contents) {
      const { manifest, kept } = await keepManifest(store, contents);
      return { manifest, summary: manifest.digest, evidence: [{ name: 'manifest', artifact: kept }] };
    },
  };
}

async function installed<R>(install: () => Promise<R>): Promise<R> {
  try {
    return await install();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'environment-failed') throw error;
    throw new Problem('install-failed', error.message, { cause: error, ...error.facts });
  }
}
