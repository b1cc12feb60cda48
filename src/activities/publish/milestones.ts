import { nextMilestone } from '../../domain/next-version.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { GitHubAccess, Milestone, Tracked } from '../ports.ts';
import type { PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

const DAY_MS = 86_400_000;

/** The version's milestone, and what GitHub shows of what was in it. */
export function milestoneActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureMilestones' | 'ensureLabelled' | 'ensureOnBoard'> {
  const { github } = deps;

  return {
    async ensureMilestones({ next, ...context }) {
      const { project, version, time } = context;
      const { close, dueDays } = project.milestones;
      const access = await required(deps, project);
      const all = await github.milestones(access);
      const closed = close ? await closedOut(access, all, titleOf(context, version)) : [];
      const day = dueDays === null ? null : new Date(time * 1000 + dueDays * DAY_MS).toISOString().slice(0, 10);
      const opened = next ? await created(access, all, titleOf(context, nextMilestone(version)), day) : [];
      return together([...closed, ...opened]);
    },

    async ensureLabelled(context) {
      const { project } = context;
      const access = await required(deps, project);
      const finished = await finishedIn(access, context);
      if (finished === undefined) return left(context);
      const without = finished.filter((one) => project.labels.some((label) => !one.labels.includes(label)));
      for (const one of without) await github.addLabels(access, one.number, project.labels);
      return {
        summary: `${finished.length} closed issues and pull requests have ${project.labels.join(', ')}`,
        ...(without.length === 0 ? { adopted: true } : {}),
      };
    },

    async ensureOnBoard(context) {
      const { project } = context;
      const { owner, number, field, value } = project.board!;
      const access = await required(deps, project);
      const finished = await finishedIn(access, context);
      if (finished === undefined) return left(context);
      const board = await github.board(access, { owner: owner ?? access.owner, number, field });
      let changed = 0;
      for (const { node } of finished) {
        const there = await github.onBoard(access, board, node);
        if (there?.value === value) continue;
        const item = there?.item ?? (await github.addToBoard(access, board, node));
        await github.setOnBoard(access, board, { item, value });
        changed += 1;
      }
      return {
        summary: `${finished.length} closed issues and pull requests are ${value} in ${field}`,
        ...(changed === 0 ? { adopted: true } : {}),
      };
    },
  };

  async function closedOut(access: GitHubAccess, all: readonly Milestone[], title: string): Promise<StepReport[]> {
    const there = all.find((one) => one.title === title);
    if (!there) return [{ summary: `there is no milestone ${title} to close`, adopted: true }];
    const { openIssues, url } = there;
    const still = openIssues === 0 ? '' : ` (${openIssues} issues in it are still open)`;
    const evidence = [{ name: title, url }];
    if (there.state === 'closed') return [{ summary: `${title} is closed already${still}`, evidence, adopted: true }];
    await github.updateMilestone(access, there.number, { state: 'closed' });
    return [{ summary: `${title} closed${still}`, evidence }];
  }

  async function created(
    access: GitHubAccess,
    all: readonly Milestone[],
    title: string,
    dueOn: string | null,
  ): Promise<StepReport[]> {
    const there = all.find((one) => one.title === title);
    if (there) {
      return [{ summary: `${title} is there already`, evidence: [{ name: title, url: there.url }], adopted: true }];
    }
    const { url } = await github.createMilestone(access, { title, dueOn });
    return [{ summary: `${title} created${dueOn === null ? '' : `, due ${dueOn}`}`, evidence: [{ name: title, url }] }];
  }

  /** What is still open in the milestone is not released. */
  async function finishedIn(access: GitHubAccess, context: ReleaseContext): Promise<Tracked[] | undefined> {
    const title = titleOf(context, context.version);
    const milestone = (await github.milestones(access)).find((one) => one.title === title);
    return milestone && (await github.tracked(access, milestone.number)).filter(({ state }) => state === 'closed');
  }
}

function titleOf({ project }: ReleaseContext, version: string): string {
  return project.milestones.title.replaceAll('{version}', version);
}

function left(context: ReleaseContext): StepReport {
  return { summary: `there is no milestone ${titleOf(context, context.version)}`, omitted: true };
}

function together(reports: readonly StepReport[]): StepReport {
  return {
    summary: reports.map(({ summary }) => summary).join('; '),
    evidence: reports.flatMap(({ evidence = [] }) => evidence),
    ...(reports.every(({ adopted }) => adopted) ? { adopted: true } : {}),
  };
}
