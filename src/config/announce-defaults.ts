import { readCadence } from '../domain/cadence.ts';
import type { AnnouncementEvent, BoardRules, Channel, MilestoneRules } from '../domain/channel.ts';
import type { ProjectFile } from './project-schema.ts';

const OUT: readonly AnnouncementEvent[] = ['released', 'hotfix', 'rollback'];
const EVERYTHING: readonly AnnouncementEvent[] = [...OUT, 'sign-off-wanted', 'blocked', 'escalation', 'cadence'];
/** A team's own channels hear of everything, the public of what is out. */
const HEARD: Readonly<Record<Channel['kind'], readonly AnnouncementEvent[]>> = {
  webhook: EVERYTHING,
  slack: EVERYTHING,
  'github-issue': OUT,
  'github-discussion': OUT,
  email: OUT,
};
const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

type FileChannel = ProjectFile['announce'][number];

export function channelsOf(file: ProjectFile): Channel[] {
  return file.announce.map((channel) => channelOf(channel));
}

function channelOf({ name, on, ...channel }: FileChannel): Channel {
  const every = { name: name ?? channel.kind, on: on ?? HEARD[channel.kind] };
  if (channel.kind !== 'email') return { ...channel, ...every };
  const { port, user, credential, ...mail } = channel;
  return {
    ...mail,
    ...every,
    port: port ?? PORTS[mail.tls],
    user: user ?? null,
    credential: credential ?? null,
  };
}

/** Under strict policy a version's milestone is closed and the next one made, where GitHub is there; under light where it is asked for. */
export function milestonesOf(file: ProjectFile, onGitHub: boolean): MilestoneRules {
  const own = file.milestones;
  const wanted = own !== null && onGitHub && (own !== undefined || file.policy === 'strict');
  return {
    title: own?.title ?? 'v{version}',
    close: wanted && (own?.close ?? true),
    next: wanted && (own?.next ?? true),
    dueDays: own?.due === undefined ? longestOf(file.schedule?.minor) : own.due,
  };
}

/** Days of the longest time that a cadence allows. */
function longestOf(cadence: string | undefined): number | null {
  return cadence === undefined ? null : readCadence(cadence).most;
}

export function boardOf(file: ProjectFile): BoardRules | null {
  if (file.board === null) return null;
  const { project, ...rest } = file.board;
  if (typeof project === 'number') return { ...rest, owner: null, number: project };
  const [owner, , number] = new URL(project).pathname.split('/').slice(2);
  return { ...rest, owner: owner!, number: Number(number) };
}
