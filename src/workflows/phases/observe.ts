import { setHandler } from '@temporalio/workflow';
import type { EnvironmentRecipe } from '../../activities/index.ts';
import type { Verdict } from '../../domain/health.ts';
import type { Manifest } from '../../domain/run/state.ts';
import { closeWindow, concludedBy, openWindow, takeReport } from '../../domain/run/watching.ts';
import { stageOf } from '../../domain/version.ts';
import { monitorIdOf, probesOf, promotesAtOnce, windowOf } from '../../domain/window-rules.ts';
import { archiveMeanwhile, type Ending } from '../ending.ts';
import * as messages from '../messages.ts';
import { enter, now, type Run } from '../run.ts';
import { show } from '../show.ts';
import { may, must } from '../step.ts';
import { openWindowMonitor } from '../window-monitor.ts';
import type { Tested } from './test.ts';
import { untilOver } from './window.ts';

/** What was published, and so is looked for again. */
export interface Published {
  readonly manifest: Manifest;
  readonly tag: { readonly name: string; readonly object: string };
  readonly imageManifest: string | null;
  /** For the project's own scripts; without it they are left out. */
  readonly recipe: EnvironmentRecipe | null;
  /** A rollback watches that the bad version stays yanked. */
  readonly yanked?: boolean;
}

export interface Observed {
  /** null: this kind of release has no window. */
  readonly verdict: Verdict | null;
  readonly rolledBack: boolean;
  readonly summary: string;
}

/** Of a version that was made here: its own files, tag, image and scripts. */
export function publishedBy({ manifest, image, recipe }: Tested, tag: Published['tag']): Published {
  return { manifest, tag, imageManifest: image?.manifest ?? null, recipe };
}

/** How the run of a version ends that was published, by what became of it in its window. */
export function released(run: Run, { rolledBack, summary, verdict }: Observed): Ending {
  const { project, version } = run.context;
  const what = `${project.package} ${version} (${stageOf(version)})`;
  if (rolledBack) return { outcome: 'rolled-back', summary: `${what} was rolled back` };
  return {
    outcome: 'released',
    summary: `${what} is released${verdict === null ? '' : `; its window ended as ${summary}`}`,
  };
}

/** Watches what was published until its window ends: by its time, by a person, or by a rollback. */
export async function observe(run: Run, published: Published): Promise<Observed> {
  const { context, state } = run;
  const probes = probesOf(context, { command: published.recipe !== null });
  const rules = windowOf(context);
  const watched = rules !== null && probes.length > 0;
  if (!watched && promotesAtOnce(context)) return { verdict: null, rolledBack: false, summary: '' };
  enter(run, 'observe');
  state.reached = 'published'; // also what went to no index: from here on there is no undoing
  archiveMeanwhile(run);
  const observed = watched
    ? await watch(run, published, rules.window)
    : { verdict: null, rolledBack: false, summary: '' };
  await promote(run, published, observed);
  return observed;
}

function watch(run: Run, published: Published, length: number): Promise<Observed> {
  const { context, state } = run;
  const probes = probesOf(context, { command: published.recipe !== null });
  return must(run, { id: 'observe.window', title: 'Watch what was released' }, async () => {
    const window = openWindow({ length, monitor: monitorIdOf(state), now: now() });
    state.window = window;
    const heard: { rollback?: string } = {};
    setHandler(messages.observed, (report) => {
      takeReport(window, report);
      heard.rollback = report.rollback;
      show(state);
    });
    const { manifest, tag, yanked = false, recipe } = published;
    const expected = { files: manifest.files, tag, yanked };
    const monitor = await openWindowMonitor(run, window, { probes, expected, recipe });
    const rolledBack = await untilOver(run, { window, monitor, heard });
    await monitor.end();
    closeWindow(window, rolledBack);
    return { verdict: window.verdict!, rolledBack, summary: window.summary! };
  });
}

/** `latest` and "Latest" move once the window has ended well; what nobody could tell is for a person to decide, by concluding it. */
async function promote(run: Run, { imageManifest }: Published, { rolledBack, verdict }: Observed): Promise<void> {
  const { context, state } = run;
  if (promotesAtOnce(context) || rolledBack) return;
  const decided = state.window !== undefined && concludedBy(state.window) !== undefined;
  const well = verdict === null || verdict === 'healthy' || (verdict === 'inconclusive' && decided);
  await may(run, { id: 'observe.promote', title: 'Move "Latest" and the image\'s latest' }, async (using) =>
    well
      ? using.publish.ensurePromoted({ ...context, imageManifest })
      : { summary: `left where they are: the window ended as ${verdict}`, omitted: true },
  );
}
