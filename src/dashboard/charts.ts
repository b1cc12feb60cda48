import { html } from 'hono/html';
import type { ProbeHealth } from '../domain/health.ts';
import type { TimeSpent } from '../domain/run/times.ts';
import { duration, type Html } from './words.ts';

const WIDTH = 160;
const HEIGHT = 10;

/** A chart says in words what it shows: colours and lengths are for those who see them. */
function chart(words: string, content: unknown, { width = WIDTH, height = HEIGHT } = {}): Html {
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${words}">${content}</svg>`;
}

function rect(tone: string, x: number, width: number, height = HEIGHT): Html {
  return html`<rect class="${tone}" x="${rounded(x)}" y="0" width="${rounded(Math.max(0, width))}" height="${height}"/>`;
}

function tick(x: number, height = HEIGHT): Html {
  const there = Math.min(WIDTH - 1, Math.max(1, x));
  return html`<line class="tick" x1="${rounded(there)}" x2="${rounded(there)}" y1="0" y2="${height}"/>`;
}

/** A share of a hundred, and what it must reach. */
export function percentBar(value: number, least: number | undefined): Html {
  const tone = least !== undefined && value < least ? 'bad' : 'good';
  const words = `${value} %${least === undefined ? '' : `, at least ${least} % wanted`}`;
  return chart(words, [
    rect('ground', 0, WIDTH),
    rect(tone, 0, (WIDTH * value) / 100),
    least === undefined ? '' : tick((WIDTH * least) / 100),
  ]);
}

/** Parts of a whole side by side. */
export function partsBar(parts: readonly { name: string; count: number; tone: string }[]): Html {
  const total = parts.reduce((sum, { count }) => sum + count, 0) || 1;
  let x = 0;
  const rects = parts.map(({ count, tone }) => {
    const width = (WIDTH * count) / total;
    x += width;
    return rect(tone, x - width, width);
  });
  return chart(parts.map(({ name, count }) => `${count} ${name}`).join(', '), [rect('ground', 0, WIDTH), rects]);
}

/** A change in percent to either side of none, and how far it may go. */
export function changeBar(change: number, most: number | undefined): Html {
  const scale = WIDTH / 2 / Math.max(Math.abs(change), most ?? 0, 10);
  const middle = WIDTH / 2;
  const reach = change * scale;
  const tone = most !== undefined && change > most ? 'bad' : change > 0 ? 'calm' : 'good';
  const words = `${change > 0 ? '+' : ''}${change} %${most === undefined ? '' : `, at most +${most} % wanted`}`;
  return chart(words, [
    rect('ground', 0, WIDTH),
    rect(tone, Math.min(middle, middle + reach), Math.abs(reach)),
    tick(middle),
    most === undefined ? '' : tick(middle + most * scale),
  ]);
}

const HEALTH = { h: 'good', u: 'bad', '?': 'unknown' } as const;

/** A probe's readings over the window: how it was as a strip, and its value as a line above where it has one. */
export function readingsChart(probe: ProbeHealth, length: number): Html {
  const [width, strip, room] = [280, 6, 30];
  const { readings } = probe;
  const end = Math.max(length, readings.at(-1)?.[0] ?? 0, 1);
  const x = (seconds: number) => (width * seconds) / end;
  const numbers = readings.flatMap(([, value]) => value ?? []);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const y = (value: number) => (high === low ? room / 2 : room - 2 - ((room - 4) * (value - low)) / (high - low));
  const points = readings
    .filter(([, value]) => value !== null)
    .map(([time, value]) => `${rounded(x(time))},${rounded(y(value!))}`);
  const cells = readings.map(([time, , health], index) => {
    const until = readings[index + 1]?.[0] ?? Math.min(end, time + end / 60);
    return html`<rect class="${HEALTH[health]}" x="${rounded(x(time))}" y="${room}" width="${rounded(Math.max(2, x(until) - x(time)))}" height="${strip}"/>`;
  });
  const { healthy, unhealthy, unknown } = probe.taken;
  const range = numbers.length === 0 ? '' : `, values from ${low} to ${high}`;
  return chart(
    `${probe.name}: ${healthy} healthy, ${unhealthy} unhealthy, ${unknown} unknown readings${range}`,
    [
      html`<rect class="ground" x="0" y="${room}" width="${width}" height="${strip}"/>`,
      cells,
      points.length > 1 ? html`<polyline class="line" points="${points.join(' ')}"/>` : '',
    ],
    { width, height: room + strip },
  );
}

export const SPENT = [
  ['working', 'Working', 'good'],
  ['waiting', 'Waiting for people and others', 'warn'],
  ['watching', 'Watching the release', 'calm'],
  ['standing', 'Blocked, paused or between steps', 'unknown'],
] as const;

/** Where a run's time went. */
export function timeBar(spent: TimeSpent): Html {
  const total = SPENT.reduce((sum, [key]) => sum + spent[key], 0) || 1;
  let x = 0;
  const rects = SPENT.map(([key, , tone]) => {
    const width = (280 * spent[key]) / total;
    x += width;
    return rect(tone, x - width, width, 12);
  });
  const words = SPENT.map(([key, name]) => `${name.toLowerCase()} ${duration(spent[key])}`).join(', ');
  return chart(words, rects, { width: 280, height: 12 });
}

/** What was delivered when: a mark each, those that had to be repaired marked twice. */
export function timeline(
  marks: readonly { at: string; words: string; failed: boolean; tone: string }[],
  { now, days }: { now: Date; days: number },
): Html {
  const [width, height] = [640, 36];
  const x = (time: string) => width - 8 - ((width - 16) * (now.getTime() - Date.parse(time))) / (days * 86_400_000);
  const dots = marks.map(
    ({ at, failed, tone }) =>
      html`<circle class="${tone}" cx="${rounded(x(at))}" cy="18" r="5"/>${failed ? html`<circle class="ring" cx="${rounded(x(at))}" cy="18" r="9"/>` : ''}`,
  );
  const words = marks.map((one) => one.words).join('; ') || 'nothing';
  return chart(
    `Delivered in ${days} days: ${words}`,
    [html`<line class="axis" x1="0" x2="${width}" y1="18" y2="18"/>`, dots],
    {
      width,
      height,
    },
  );
}

function rounded(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
