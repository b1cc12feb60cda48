import { goodCandidates, higherOfLine, planRollForward, type RollForwardPlan } from '../../domain/rollback.ts';
import type { ReleaseRequest, Tagged } from '../../domain/run/request.ts';
import { toPep440, tryFromPep440 } from '../../domain/version.ts';
import { versionOfTag } from '../../domain/version-tag.ts';
import type { ReleaseContext } from '../index.ts';
import type { RefState } from '../ports.ts';
import { gitAccess, type PublishDeps } from './deps.ts';

/** Every version of a project that anybody has seen or asked for, and which of them were taken back. */
export interface Standing {
  readonly tagged: readonly Tagged[];
  readonly index: readonly string[];
  readonly claimed: readonly string[];
  readonly rolledBack: ReadonlySet<string>;
  readonly records: readonly Record<string, unknown>[];
}

export async function standingOf(deps: PublishDeps, { project }: ReleaseContext): Promise<Standing> {
  const [refs, versions, records] = await Promise.all([
    gitAccess(deps, project).then((access) => deps.remote.refs(access)),
    deps.index.versions(project.publish.index, project.package),
    deps.archive.runs({ project: project.project }),
  ]);
  const rollbacks = records.filter(({ id, outcome }) => isRollback(id) && outcome === 'rolled-back');
  const open = records.filter(({ id, outcome }) => !isRollback(id) && outcome === undefined);
  return {
    tagged: taggedIn(refs, project.version.tag),
    index: versions.flatMap((version) => tryFromPep440(version) ?? []),
    claimed: open.map(({ version }) => String(version)),
    rolledBack: new Set(rollbacks.map(({ version }) => String(version))),
    records,
  };
}

/** The highest stable version below the bad one that was neither yanked nor rolled back. */
export async function lastGood(deps: PublishDeps, context: ReleaseContext, standing: Standing): Promise<Tagged | null> {
  for (const candidate of goodCandidates(context.version, standing.tagged)) {
    if (!standing.rolledBack.has(candidate.version) && !(await isYanked(deps, context, candidate.version)))
      return candidate;
  }
  return null;
}

export async function rollForwardOf(
  deps: PublishDeps,
  context: ReleaseContext,
  { standing, good }: { standing: Standing; good: Tagged | null },
): Promise<RollForwardPlan> {
  const { index, tagged, claimed, records, rolledBack } = standing;
  const begun = records.find(
    (run) => !isRollback(run.id) && run.outcome === undefined && forwardOf(run) === context.version,
  );
  if (begun) return { none: `${begun.id} is under way already` };
  let better: string | null = null;
  for (const version of higherOfLine(context.version, index)) {
    if (rolledBack.has(version) || (await isYanked(deps, context, version))) continue;
    better = version;
    break;
  }
  const known = [...index, ...tagged.map(({ version }) => version), ...claimed];
  return planRollForward({ bad: context.version, good: good?.version ?? null, known, better });
}

async function isYanked({ index }: PublishDeps, { project }: ReleaseContext, version: string): Promise<boolean> {
  const files = (await index.files(project.publish.index, project.package, toPep440(version))) ?? [];
  return files.length > 0 && files.every(({ yanked }) => yanked !== false);
}

function taggedIn(refs: RefState, form: string): Tagged[] {
  return Object.entries(refs).flatMap(([ref, sha]) => {
    const tag = /^refs\/tags\/(?!.*\^\{\}$)(.+)$/.exec(ref)?.[1];
    const version = tag === undefined ? undefined : versionOfTag(tag, form);
    return tag === undefined || version === undefined ? [] : [{ version, tag, commit: refs[`${ref}^{}`] ?? sha }];
  });
}

/** The version that a run takes the place of, where it is a roll-forward. */
function forwardOf({ request }: Record<string, unknown>): string | undefined {
  return (request as Partial<ReleaseRequest> | undefined)?.rollForward?.bad.version;
}

function isRollback(id: unknown): boolean {
  return String(id).startsWith('rollback:');
}
