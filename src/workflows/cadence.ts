import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PublishActivities } from '../activities/index.ts';
import { type CadenceNotice, type Move, moveFor, occasionOf } from '../domain/cadence.ts';
import type { Project } from '../domain/project.ts';
import { actorOf, type CadenceResult, type StandingOrder } from '../domain/standing-order.ts';
import { problemOf } from './failure.ts';
import { referTo } from './thrift.ts';

/** One look at the calendar: a schedule starts it, time after time. It starts a release, reminds people of one, or says why not. */
export async function cadence(order: StandingOrder): Promise<CadenceResult> {
  try {
    return await look(order);
  } catch (error) {
    return { kind: 'failed', summary: problemOf(error).message };
  }
}

async function look(order: StandingOrder): Promise<CadenceResult> {
  const using = proxyActivities<PublishActivities>({
    taskQueue: 'slipway-publish',
    summary: `Look what the calendar of ${order.project} calls for`,
    scheduleToCloseTimeout: '5m',
    heartbeatTimeout: '10s',
  });
  const frozen = await using.freeze({ project: order.project }); // whose order it is comes first
  if ('refused' in frozen) return { kind: 'refused', summary: frozen.refused };
  referTo(frozen.project, frozen.kept);
  const { cadence: facts, ...found } = await using.inspectProject({ schema: 1, project: order.project, cadence: true });
  if (!facts)
    return { kind: 'failed', summary: 'the worker is older than the schedule: it does not know the calendar' };
  const move = moveFor(order, { ...found, cadence: facts }, new Date().toISOString());
  switch (move.kind) {
    case 'nothing':
      return { kind: 'nothing', summary: move.why };
    case 'release':
      return release(using, order, move);
    case 'remind':
      return remind(using, { order, project: frozen.project, notice: move.notice });
  }
}

async function release(
  using: Pick<PublishActivities, 'ensureScheduledRelease'>,
  order: StandingOrder,
  { version, why }: Extract<Move, { kind: 'release' }>,
): Promise<CadenceResult> {
  const started = await using.ensureScheduledRelease({ order, version });
  return { ...started, summary: `${started.summary} (${why})` };
}

interface Reminding {
  readonly order: StandingOrder;
  readonly project: Project;
  readonly notice: CadenceNotice;
}

async function remind(
  using: Pick<PublishActivities, 'ensureAnnounced'>,
  { order, project, notice }: Reminding,
): Promise<CadenceResult> {
  const said = `the next ${notice.bump} version, ${notice.next}, is ${notice.state}`;
  const channels = project.announce.filter(({ on }) => on.includes('cadence'));
  if (channels.length === 0) return { kind: 'nothing', summary: `${said}; no channel wants to hear of it` };
  const told = await Promise.allSettled(
    channels.map(({ name: channel }) =>
      using.ensureAnnounced({
        ...{ id: `cadence:${project.project}`, run: 'cadence', channel, event: 'cadence', notes: null },
        ...{ project, version: notice.next, procedure: { kind: 'release' }, startedBy: actorOf(order) },
        time: Math.floor(workflowInfo().startTime.getTime() / 1000),
        facts: {
          ...{ occasion: occasionOf(notice), links: {}, wanted: [], trouble: null, reason: null, instead: null },
          cadence: notice,
        },
      }),
    ),
  );
  const before = told.every((one) => one.status === 'fulfilled' && one.value.adopted);
  if (before) return { kind: 'nothing', summary: `${said}, and was said to be before` };
  const deaf = channels.filter((_, index) => told[index]?.status === 'rejected').map(({ name }) => name);
  const missed = deaf.length === 0 ? '' : `; not heard by ${deaf.join(', ')}: it is said again at the next look`;
  return { kind: deaf.length < channels.length ? 'reminded' : 'failed', summary: `${said}${missed}` };
}
