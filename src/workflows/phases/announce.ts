import { CancellationScope, isCancellation, sleep, workflowInfo } from '@temporalio/workflow';
import type { AnnouncementFacts } from '../../domain/announcement.ts';
import { whoMay } from '../../domain/authority.ts';
import type { AnnouncementEvent, Channel } from '../../domain/channel.ts';
import type { Project } from '../../domain/project.ts';
import { peopleFor, reminderAt } from '../../domain/reminders.ts';
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

/** The same while the run waits, and again when it has waited long: what was not heard by the end of the wait need not be. */
export async function announcedWhile<T>(run: Run, waited: Waited | undefined, wait: () => Promise<T>): Promise<T> {
  if (!waited || channelsFor(run, waited, ESCALATION).length === 0) return wait();
  const scope = new CancellationScope();
  const telling = scope
    .run(async () => {
      const { still: _, ...wanted } = waited;
      const channels = channelsFor(run, wanted);
      await Promise.all(channels.map((channel) => tellOne(run, wanted, { channel, beside: true })));
      await remind(run, waited);
    })
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

const ESCALATION: Wanted = { event: 'escalation' };

/** An occasion that lasts. */
export interface Waited extends Wanted {
  /** Whom or what it still waits for: those who have answered meanwhile are not in it. */
  readonly still: () => readonly string[];
}

/** One timer at a time, for all channels: a run that waits for weeks stays small. */
async function remind(run: Run, { still, ...wanted }: Waited): Promise<void> {
  const { reminders } = run.context.project as Partial<Project>; // none in what was frozen before there were any
  if (!reminders) return;
  for (let number = 1, before = 0; ; number += 1) {
    const due = reminderAt(reminders, number);
    if (!due) return;
    await sleep(`${due.waited - before}s`, { summary: `Remind of ${wanted.event}` });
    before = due.waited;
    const asked = still();
    if (asked.length === 0 || run.state.paused) continue;
    const escalatedTo = due.escalates ? reminders.escalateTo : [];
    const people = peopleFor(run.state, wanted.trouble ? whoMay('decide') : asked, escalatedTo);
    const again: Wanted = {
      ...wanted,
      ...(wanted.trouble ? {} : { wanted: asked }),
      occasion: `${wanted.occasion} reminder ${number}`,
      reminder: { number, waited: due.waited, escalatedTo, people },
    };
    await Promise.all(
      channelsFor(run, wanted, ESCALATION).flatMap((channel) => {
        const event = due.escalates && channel.on.includes('escalation') ? 'escalation' : wanted.event;
        return channel.on.includes(event) ? [tellOne(run, { ...again, event }, { channel, beside: true })] : [];
      }),
    );
  }
}

/** Those that want to hear of one of these. */
export function channelsFor({ context, state }: Run, ...wanted: readonly Wanted[]): readonly Channel[] {
  if ((state.request as ReleaseRequest).dryRun) return [];
  const { announce: channels = [] } = context.project as Partial<Project>; // none in what was frozen before there were any
  return channels.filter(({ on }) => wanted.some(({ event }) => on.includes(event)));
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
