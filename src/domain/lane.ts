/** One project's lane: whose turn it is to publish, and who works on which version. First come, first served; hotfix and rollback before releases. */
export interface Ticket {
  readonly id: string;
  readonly runId: string;
  readonly urgent: boolean;
}

/** A release, a hotfix and a roll-forward never race for one version. */
export interface Claim {
  readonly version: string;
  readonly id: string;
  readonly runId: string;
}

export interface LaneState {
  readonly holder: Ticket | null;
  readonly waiting: readonly Ticket[];
  /** Oldest first. */
  readonly claims: readonly Claim[];
}

export const EMPTY_LANE: LaneState = { holder: null, waiting: [], claims: [] };

const KEPT_CLAIMS = 200;

/** The first to claim a version has it, until it gives it up; a newer execution of the same run takes over. */
export function claimVersion(lane: LaneState, claim: Claim): LaneState {
  const { version, id, runId } = claim;
  const there = lane.claims.find((one) => one.version === version);
  if (there && there.id !== id) return lane;
  const others = lane.claims.filter((one) => one.version !== version);
  return { ...lane, claims: [...others, { version, id, runId }].slice(-KEPT_CLAIMS) };
}

export function giveUpVersion(lane: LaneState, claim: Claim): LaneState {
  const same = (one: Claim) => one.version === claim.version && one.id === claim.id && one.runId === claim.runId;
  return { ...lane, claims: lane.claims.filter((one) => !same(one)) };
}

/** Entering twice changes nothing; a newer execution of an id takes the place of its older one in the queue. */
export function enterLane(lane: LaneState, ticket: Ticket): LaneState {
  if (same(lane.holder, ticket) || lane.waiting.some((one) => same(one, ticket))) return lane;
  const waiting = lane.waiting.filter((one) => one.id !== ticket.id);
  const place = ticket.urgent ? waiting.findIndex((one) => !one.urgent) : -1;
  const at = place === -1 ? waiting.length : place;
  return next({ ...lane, waiting: [...waiting.slice(0, at), ticket, ...waiting.slice(at)] });
}

export function leaveLane(lane: LaneState, ticket: Pick<Ticket, 'id' | 'runId'>): LaneState {
  const holder = same(lane.holder, ticket) ? null : lane.holder;
  return next({ ...lane, holder, waiting: lane.waiting.filter((one) => !same(one, ticket)) });
}

/** Runs ahead of this one, the holder first; none when it is its turn. */
export function aheadOf(lane: LaneState, ticket: Pick<Ticket, 'id' | 'runId'>): string[] {
  if (same(lane.holder, ticket)) return [];
  const place = lane.waiting.findIndex((one) => same(one, ticket));
  const before = place === -1 ? lane.waiting : lane.waiting.slice(0, place);
  return [...(lane.holder ? [lane.holder.id] : []), ...before.map((one) => one.id)];
}

function next(lane: LaneState): LaneState {
  if (lane.holder || lane.waiting.length === 0) return lane;
  return { ...lane, holder: lane.waiting[0]!, waiting: lane.waiting.slice(1) };
}

function same(one: Pick<Ticket, 'id' | 'runId'> | null, other: Pick<Ticket, 'id' | 'runId'>): boolean {
  return one !== null && one.id === other.id && one.runId === other.runId;
}
