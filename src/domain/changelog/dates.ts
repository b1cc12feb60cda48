const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const MONTH =
  '(?<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)';
const WEEKDAY = '(?:(?<weekday>(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?),? )?';
const DAY = '(?<day>\\d{1,2})(?<ordinal>st|nd|rd|th)?';
const YEAR = '(?<year>(?:19|20)\\d{2})';

/** In this order: what is unmistakable first. */
const FORMS = [
  `${YEAR}(?<s>[-/.])(?<number>\\d{1,2})\\k<s>(?<day>\\d{1,2})(?!\\d)`,
  `${WEEKDAY}\\b${DAY}(?: of)?[ -]${MONTH}\\.?,?[ -]${YEAR}`,
  `${WEEKDAY}\\b${MONTH}\\.? ${DAY},? ${YEAR}`,
  `\\b(?<first>\\d{1,2})(?<s>[./-])(?<second>\\d{1,2})\\k<s>${YEAR}`,
  `\\b${MONTH},? ${YEAR}`,
].map((form) => new RegExp(`(?<![\\d.])${form}(?!\\d)`, 'di'));

/** The first date in a text, as it is written there. */
export function findDate(text: string): string | undefined {
  for (const form of FORMS) {
    const found = form.exec(text);
    if (found !== null) return found[0];
  }
  return undefined;
}

/** `date` (ISO) as `sample` is written; `others` of the same file settle what one sample leaves open (5 or 05, day or month first). */
export function writeDate(date: string, sample: string, others: readonly string[] = []): string {
  const form = FORMS.find((candidate) => candidate.exec(sample)?.[0] === sample);
  const groups = form?.exec(sample)?.indices?.groups;
  if (form === undefined || groups === undefined) return date;
  const alike = [sample, ...others].map((other) => form.exec(other)?.groups).filter((found) => found !== undefined);
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const dayFirst = alike.some(({ s, first }) => s === '.' || Number(first) > 12);
  const number = (value: number) => (zeros(alike) ? String(value).padStart(2, '0') : String(value));
  const longMonths = alike.some(({ month: name = '' }) => name.length > 4 || /^(?:june|july)$/i.test(name));
  const values: Readonly<Record<string, string>> = {
    year: String(year),
    number: number(month),
    day: number(day),
    ordinal: ordinal(day),
    month: longMonths ? MONTHS[month - 1]! : MONTHS[month - 1]!.slice(0, 3),
    weekday: weekday(date, groups.weekday === undefined ? '' : sample.slice(...groups.weekday)),
    first: number(dayFirst ? day : month),
    second: number(dayFirst ? month : day),
  };
  return Object.entries(groups)
    .filter(([name, span]) => span !== undefined && name in values)
    .toSorted(([, a], [, b]) => b[0] - a[0])
    .reduce((text, [name, [from, to]]) => {
      return text.slice(0, from) + caseLike(values[name]!, text.slice(from, to)) + text.slice(to);
    }, sample);
}

type Groups = Readonly<Record<string, string | undefined>>;

/** Two digits always? The nearest number below ten tells; without one, a month's name beside it usually means no. */
function zeros(alike: readonly Groups[]): boolean {
  const numbers = alike.flatMap(({ number, day, first, second }) => [number, day, first, second]);
  const telling = numbers.find((text) => text !== undefined && Number(text) < 10);
  return telling === undefined ? alike[0]?.month === undefined : telling.startsWith('0');
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function weekday(date: string, like: string): string {
  const name = WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()]!;
  return like.endsWith('day') ? name : name.slice(0, 3);
}

function caseLike(text: string, old: string): string {
  if (old === old.toUpperCase()) return text.toUpperCase();
  return old === old.toLowerCase() ? text.toLowerCase() : text;
}
