import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { AnnouncementFacts } from '../../domain/announcement.ts';
import type { AnnouncementEvent, Channel } from '../../domain/channel.ts';
import type { Project } from '../../domain/project.ts';
import type { ReleaseRequest } from '../../domain/run/request.ts';
import type { Run } from '../run.ts';
import { tryTo } from '../try.ts';

/** An occasion to announce; what it leaves out does not apply to it. */
export interface Wanted extends Partial<Omit<AnnouncementFacts, 'links'>> {
  readonly event: AnnouncementEvent;
}

/** Tells every channel that wants to hear of it, side by side, each once. A channel that is down holds nothing up: `tellAgain`. */
export async function announce(run: Run, wanted: Wanted): Promise<void> {
  await Promise.all(
    channelsFor(run, wanted).map(async (channel) => {
      const send = () => tellOne(run, wanted, { channel, beside: false });
      const { id, heard } = await send();
      if (!heard) run.unheard.push({ id, send });
    }),
  );
}

/** Whoever could not be told before, each once more: it may be there by now. */
export async function tellAgain(run: Run): Promise<void> {
  await Promise.all(run.unheard.splice(0).map(({ send }) => send()));
}

/** The same while the run waits: what was not heard by the end of the wait need not be. */
export async function announcedWhile<T>(run: Run, wanted: Wanted | undefined, wait: () => Promise<T>): Promise<T> {
  const channels = wanted ? channelsFor(run, wanted) : [];
  if (!wanted || channels.length === 0) return wait();
  const scope = new CancellationScope();
  const telling = scope
    .run(() => Promise.all(channels.map((channel) => tellOne(run, wanted, { channel, beside: true }))))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  try {
    return await wait();
  } finally {
    scope.cancel();
    await telling;
  }
}

export function channelsFor({ context, state }: Run, { event }: Wanted): readonly Channel[] {
  if ((state.request as ReleaseRequest).dryRun) return [];
  const { announce: channels = [] } = context.project as Partial<Project>; // none in what was frozen before there were any
  return channels.filter(({ on }) => on.includes(event));
}

async function tellOne(
  run: Run,
  { event, ...given }: Wanted,
  { channel, beside }: { channel: Channel; beside: boolean },
): Promise<{ id: string; heard: boolean }> {
  const { context, state } = run;
  const facts: AnnouncementFacts = {
    ...{ occasion: event, wanted: [], trouble: null, reason: null, instead: null },
    ...given,
    links: state.links,
  };
  // Two steps may be blocked at a time: each has its own word to every channel.
  const about = facts.trouble === null ? '' : `.${facts.trouble.step}`;
  const phase = facts.trouble?.step.split('.')[0] ?? state.phase;
  const id = `${phase}.announce.${channel.name}${about}`;
  const report = await tryTo(run, { id, title: `Announce ${event} by ${channel.name}`, beside }, (using) =>
    using.notice.ensureAnnounced({
      ...context,
      run: workflowInfo().firstExecutionRunId,
      channel: channel.name,
      event,
      facts,
      notes: state.notes ?? null,
    }),
  );
  return { id, heard: report !== undefined };
}
