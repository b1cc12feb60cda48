import { confinementOf, HELD, heldWords, whyFailed } from '../../domain/confinement.ts';
import {
  type PreparedEdit,
  type PreparePlan,
  type PrepareRequest,
  planPrepare,
  withTowncrier,
} from '../../domain/prepare.ts';
import { Problem } from '../../domain/problem.ts';
import type { Project } from '../../domain/project.ts';
import { rollForwardEntries } from '../../domain/rollback-words.ts';
import { toPep440 } from '../../domain/version.ts';
import type { Tree } from '../../domain/version-homes/tree.ts';
import type { BuildActivities } from '../index.ts';
import type { Workspace } from '../ports.ts';
import { bundleOf, repositoryOf } from '../repository.ts';
import { SLIPWAY } from '../slipway.ts';
import { treeOf } from '../tree.ts';
import { type BuildDeps, inWorkspace } from './deps.ts';
import { bytesOf, type FileEdit, readEdits, storeEdits } from './edits.ts';

const TOWNCRIER_LIMIT = 120;
const LONGEST_EXCERPT = 4000;

/** The release commit: what it edits, and the commit itself, which is made once. */
export function draftingActivities(
  deps: BuildDeps,
): Pick<BuildActivities, 'draftEdits' | 'generateApiDocs' | 'makeCommit'> {
  const { builder, git, store } = deps;

  return {
    draftEdits({ procedure, project, source, time, version }) {
      return inWorkspace(deps, async (workspace) => {
        const repository = await repositoryOf(deps, [source.bundle]);
        const tree = await treeOf(git, repository, source.base, workspace);
        const commits = await git.log(repository, source.last?.commit ?? null, source.base);
        const date = new Date(time * 1000).toISOString().slice(0, 10);
        const request: PrepareRequest = {
          ...{ tree, project, version, date, last: source.last, commits },
          ...(procedure.kind === 'roll-forward' ? { entries: rollForwardEntries(procedure) } : {}),
        };
        const plan = await planned(request, workspace);
        const original = (path: string) => workspace.bytes(`checkout/${path}`);
        const [versionEdits, changelogEdits, section, notes] = await Promise.all([
          storeEdits(store, 'version', bytesOf(plan.version, original)),
          storeEdits(store, 'changelog', bytesOf(plan.changelog, original)),
          store.put('changelog-section.md', plan.section),
          store.put('release-notes.md', plan.notes),
        ]);
        return {
          version: { ...versionEdits, summary: versionSummary(plan) },
          changelog: {
            ...changelogEdits,
            summary: changelogSummary(plan, project),
            evidence: [{ name: 'release notes', artifact: notes }],
            empty: plan.empty,
            section,
            notes,
            excerpt: plan.section.slice(0, LONGEST_EXCERPT),
          },
          pretend: Object.fromEntries((plan.dynamic?.variables ?? []).map((name) => [name, toPep440(version)])),
        };
      });
    },

    generateApiDocs({ project, source, edits, time }) {
      const { run, paths, timeout, network } = project.apiDocs!;
      const confinement = confinementOf(project);
      return inWorkspace(deps, async (workspace) => {
        const repository = await repositoryOf(deps, [source.bundle]);
        const applied = await readEdits(store, edits);
        const parents = [source.base];
        const before = await git.commitEdits(repository, {
          parents,
          edits: applied,
          message: 'before',
          author: SLIPWAY,
          time,
        });
        await git.checkout(repository, before, `${workspace.folder}/checkout`, { withGit: true });
        const cwd = `${workspace.folder}/checkout`;
        const venv = `${workspace.folder}/venv`;
        await builder.environment(venv, {
          python: project.environment.python,
          cwd,
          install: project.environment.install,
          confinement,
        });
        const result = await builder.run({ name: 'api-docs', run, cwd, venv, timeout, network, confinement });
        const why = whyFailed(result, { network, confinement });
        if (result.timedOut || result.exitCode !== 0) {
          throw new Problem(result.timedOut ? 'command-timed-out' : 'command-failed', `${run}: ${why}${result.tail}`, {
            log: result.log.digest,
          });
        }
        const made = await changedBelow(workspace, repository, before, paths);
        return {
          ...(await storeEdits(store, 'api-docs', made)),
          summary: `${made.length} files below ${paths.join(', ')}`,
          evidence: [
            { name: 'log', artifact: result.log },
            { name: HELD, value: heldWords(result) },
          ],
        };
      });
    },

    async makeCommit({ source, edits, message, time }) {
      const repository = await repositoryOf(deps, [source.bundle]);
      const applied = await readEdits(store, edits);
      const commit = await git.commitEdits(repository, {
        parents: [source.base],
        edits: applied,
        message,
        author: SLIPWAY,
        time,
      });
      const { tree } = await git.commit(repository, commit);
      const [bundle, diff, changed] = await Promise.all([
        bundleOf(deps, repository, 'candidate.bundle', { 'refs/slipway/candidate': commit }),
        git.diff(repository, source.base, commit).then((text) => store.put('release.diff', text)),
        git.changedPaths(repository, source.base, commit),
      ]);
      return {
        candidate: { commit, tree, bundle },
        diff,
        changed,
        summary: `${commit.slice(0, 12)} changes ${changed.join(', ') || 'nothing'}`.slice(0, 1000),
        evidence: [{ name: 'diff', artifact: diff }],
      };
    },
  };

  /** towncrier is run for real, on top of the version edits; everything else is a pure plan. */
  async function planned(request: PrepareRequest, workspace: Workspace): Promise<PreparePlan> {
    const plan = planPrepare(request);
    const { towncrier } = plan;
    if (!towncrier || plan.empty) return plan;
    // What was read before towncrier changes it.
    const before = new Map([towncrier.news, ...towncrier.fragments].map((path) => [path, request.tree.read(path)]));
    for (const edit of bytesOf(plan.version, (path) => workspace.bytes(`checkout/${path}`))) {
      if (edit.content) await workspace.write(`checkout/${edit.path}`, edit.content);
    }
    const cwd = `${workspace.folder}/checkout/${towncrier.folder}`;
    const result = await builder.tool('towncrier', towncrier.arguments, { cwd, timeout: TOWNCRIER_LIMIT });
    if (result.exitCode !== 0)
      throw new Problem('changelog-unreadable', `towncrier: ${result.tail}`, { log: result.log.digest });
    return withTowncrier(plan, request, madeBy(before, request.tree));
  }

  async function changedBelow(
    workspace: Workspace,
    repository: string,
    before: string,
    paths: readonly string[],
  ): Promise<FileEdit[]> {
    const tracked = (await git.list(repository, before)).filter((path) =>
      paths.some((below) => path === below || path.startsWith(`${below}/`)),
    );
    const there = (await workspace.files('checkout'))
      .map((path) => path.slice('checkout/'.length))
      .filter((path) => paths.some((below) => path === below || path.startsWith(`${below}/`)));
    const removed = tracked.filter((path) => !there.includes(path)).map((path) => ({ path, content: null }));
    const written = await Promise.all(
      there.map(async (path) => {
        const content = workspace.bytes(`checkout/${path}`)!;
        const old = await git.read(repository, before, path);
        return old && Buffer.compare(old, content) === 0 ? [] : [{ path, content }];
      }),
    );
    return [...written.flat(), ...removed];
  }
}

function madeBy(before: ReadonlyMap<string, string | undefined>, tree: Tree): PreparedEdit[] {
  return [...before].flatMap(([path, old]) => {
    const after = tree.read(path);
    return after === old ? [] : [{ path, before: old ?? null, after: after ?? null }];
  });
}

function versionSummary({ version, dynamic, remarks }: PreparePlan): string {
  const what = dynamic ? `the version comes from the tag (${dynamic.tool})` : '';
  return (
    [what, version.map(({ path }) => path).join(', '), ...remarks]
      .filter((part) => part !== '')
      .join('; ')
      .slice(0, 1000) || 'nothing to edit'
  );
}

function changelogSummary({ changelog }: PreparePlan, project: Project): string {
  if (project.changelog === null && !project.towncrier) return 'the project keeps no changelog: notes from the commits';
  return changelog.map(({ path }) => path).join(', ') || 'left open: a pre-release closes nothing';
}
