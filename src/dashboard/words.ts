import { html } from 'hono/html';

export type Html = ReturnType<typeof html>;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** Seconds as people say them: the two largest units, such as 2 d 3 h or 4 min. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const at = UNITS.findIndex(([, size]) => whole >= size);
  if (at === -1) return '0 s';
  const [unit, size] = UNITS[at]!;
  const [small, smallSize] = UNITS[at + 1] ?? ['', 1];
  const rest = Math.floor((whole % size) / smallSize);
  const more = small !== '' && rest > 0 && Math.floor(whole / size) < 10;
  return `${Math.floor(whole / size)} ${unit}${more ? ` ${rest} ${small}` : ''}`;
}

export function between(from: string, to: string): string {
  return duration((Date.parse(to) - Date.parse(from)) / 1000);
}

export function ago(time: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(time)) / 1000;
  return seconds < 5 ? 'just now' : seconds < 0 ? `in ${duration(-seconds)}` : `${duration(seconds)} ago`;
}

/** 5 Nov 2026, 14:03 UTC */
export function moment(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const clock = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}, ${clock} UTC`;
}

/** How long ago, and when exactly for whoever points at it. */
export function since(time: string, now: Date): Html {
  return html`<time datetime="${time}" title="${moment(time)}">${ago(time, now)}</time>`;
}

/** How long it has been so. */
export function lasting(time: string, now: Date): Html {
  const seconds = (now.getTime() - Date.parse(time)) / 1000;
  return html`<time datetime="${time}" title="since ${moment(time)}">${seconds < 5 ? 'just now' : `for ${duration(seconds)}`}</time>`;
}

export function at(time: string): Html {
  return html`<time datetime="${time}">${moment(time)}</time>`;
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`;
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Seven digits of a commit, twelve of a digest: enough to compare at a glance, the whole where one points at it. */
export function short(hash: string): Html {
  const bare = hash.replace(/^sha256:/, '');
  return html`<code title="${hash}">${bare.slice(0, bare === hash ? 7 : 12)}</code>`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const GOOD = ['done', 'released', 'rolled-back', 'planned', 'rehearsed', 'healthy', 'approve', 'adopted', 'accepted'];
const BAD = ['blocked', 'failed', 'stuck', 'regressed', 'abandoned', 'reject', 'unhealthy', 'refused'];
const WAITS = ['waiting', 'paused', 'inconclusive', 'unknown', 'withdrawn', 'pending'];

/** Its colour says nothing that its word does not. */
export function pill(word: string): Html {
  const tone = GOOD.includes(word) ? 'good' : BAD.includes(word) ? 'bad' : WAITS.includes(word) ? 'warn' : 'calm';
  return html`<span class="pill ${tone}">${word}</span>`;
}

export function runPath(run: { readonly id: string; readonly runId: string }): string {
  return `/runs/${run.id}?run=${run.runId}`;
}

export function artifactPath(run: { readonly id: string; readonly runId: string }, digest: string): string {
  return `/v1/runs/${run.id}/artifacts/${digest}?run=${run.runId}`;
}

const KINDS: Readonly<Record<string, string>> = {
  release: 'Release',
  hotfix: 'Hotfix',
  rollback: 'Rollback',
  plan: 'Plan',
};

/** A dry run is a release to Temporal, and a plan to people. */
export function kindOf({ id, kind }: { readonly id: string; readonly kind: string }): string {
  return KINDS[id.split(':')[0] ?? ''] ?? KINDS[kind] ?? kind;
}
