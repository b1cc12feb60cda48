import colours from 'picocolors';
import type { RunView } from '../api/run-view.ts';
import { toPep440 } from '../domain/version.ts';
import { askGithub } from '../sandbox/ask-github.ts';
import { INDEX_OWNER } from '../sandbox/people.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { Api, type Started } from './api.ts';
import type { Display } from './display.ts';
import { follow } from './follow.ts';
import { type Installed, installReleased } from './install.ts';
import { answersTo, type People } from './people.ts';
import type { DemoProject } from './project.ts';
import { ISSUE, pushFix } from './push-fix.ts';
import { yankByHand } from './yank.ts';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly project: DemoProject;
  readonly display: Display;
  readonly people: People;
  readonly tools: string;
  readonly cache: string;
}

const DEVELOPER = 'tom';
const REASON = 'refuses input that 0.2.0 took: pipelines stop';

/** What comes after a release: somebody finds a fault, it is fixed in haste, the fix does harm and is taken back. */
export async function showLife(stage: Stage, starter: string): Promise<RunView[]> {
  const { sandbox, project, display } = stage;
  const api = new Api(sandbox.addresses.api, sandbox.people[starter]?.token ?? '');
  await tellInstalled(stage, 'What pip installs now');

  const issue = await openIssue(stage);
  display.heading(`A hotfix of issue #${issue}, started by ${starter}`);
  const title = ISSUE.title.toLowerCase();
  const fixing = await api.startHotfix({ project: project.name, title, issue });
  const fixed = await ended(stage, api, { run: fixing, deeds: { 'prepare.fix': pushed } });
  if (fixed.outcome !== 'released') return [fixed];
  await tellInstalled(stage, 'What pip installs with the hotfix');

  display.heading(`A rollback of ${fixed.version}, started by ${starter}: ${REASON}`);
  const wanted = { project: project.name, version: fixed.version, reason: REASON, rollForward: 'yes' };
  const rollingBack = await api.startRollback(wanted);
  const rolledBack = await ended(stage, api, { run: rollingBack, deeds: { 'release.yank': yanked } });
  if (rolledBack.outcome === 'rolled-back') await tellInstalled(stage, 'What pip installs after the rollback');
  return [fixed, rolledBack];

  async function pushed({ version }: RunView): Promise<string> {
    const branch = `hotfix/v${version}`;
    await pushFix(sandbox, DEVELOPER, { repository: project.repository, branch, issue });
    return `${DEVELOPER} pushes the fix to ${branch}`;
  }

  async function yanked({ version }: RunView): Promise<string> {
    await yankByHand(sandbox, INDEX_OWNER, { name: project.package, version: toPep440(version), reason: REASON });
    return `${INDEX_OWNER} (owner on the index) yanks ${toPep440(version)} on its page`;
  }
}

type Deed = (run: RunView) => Promise<string>;

/** To its end, with what it starts itself: people answer all of them. What only hands can do is done once, by step. */
async function ended(
  { display, people, project }: Stage,
  api: Api,
  { run, deeds }: { run: Started; deeds: Readonly<Record<string, Deed>> },
): Promise<RunView> {
  const done = new Set<string>();
  return follow({
    ...{ api, display, run },
    async react(seen) {
      for (const { step } of seen.waitingFor) {
        const deed = done.has(step) ? undefined : deeds[step];
        if (deed === undefined) continue;
        done.add(step);
        display.event(`☞ ${await deed(seen)}`);
      }
      const others = (await api.openRuns(project.name)).filter(({ id }) => id !== seen.id);
      const all = [seen, ...(await Promise.all(others.map((other) => api.run(other))))];
      for (const one of all) await people.answer(one, answersTo(one, project));
      return stuck(all);
    },
  });
}

/** Somebody would have to decide who is not here, and nothing else goes on. */
function stuck(runs: readonly RunView[]): boolean {
  return (
    runs.some(({ status }) => status === 'blocked') &&
    runs.every(({ steps }) => steps.every(({ status }) => status !== 'running'))
  );
}

async function openIssue({ sandbox, project, display }: Stage): Promise<number> {
  const who = 'quinn';
  const url = `${sandbox.addresses.githubApi}/repos/${project.repository}/issues`;
  const { number } = await askGithub<{ number: number }>(url, sandbox.people[who]?.githubToken ?? '', { body: ISSUE });
  display.heading(`${who} finds a fault: issue #${number}, "${ISSUE.title}"`);
  return number;
}

async function tellInstalled(stage: Stage, heading: string): Promise<Installed> {
  const { sandbox, project, display, tools, cache } = stage;
  display.heading(`${heading}:`);
  const { simpleUrl } = sandbox.servers.index;
  const installed = await installReleased({ name: project.package, simpleUrl, tools, cache });
  display.event(`${colours.green('✓')} pip install ${project.package} gives ${installed.version}`);
  return installed;
}
