/** What a wheel or an sdist holds: its members by their paths, an sdist's without its top folder. */
export type Members = ReadonlyMap<string, Uint8Array>;

/** Fields that another release of the same build tool writes otherwise about the same package. */
const TOOL_FIELDS = /^(?:metadata-version|dynamic|license-file|generator):/i;

/**
 * How two distributions of one file name differ in what they install or hold. Clocks, order, owners and compression are no contents;
 * RECORD and SOURCES.txt only list the others.
 */
export function differencesOf(there: Members, built: Members): string[] {
  const paths = [...new Set([...there.keys(), ...built.keys()])].filter((path) => !LISTS.test(path)).toSorted();
  return paths.flatMap((path) => {
    const [one, other] = [there.get(path), built.get(path)];
    if (one === undefined) return [`${path} is missing there`];
    if (other === undefined) return [`${path} is only there`];
    return same(path, one, other) ? [] : [`${path} differs`];
  });
}

const LISTS = /(?:^|\/)[^/]+\.dist-info\/RECORD$|(?:^|\/)[^/]+\.egg-info\/SOURCES\.txt$/;
const METADATA = /(?:^|\/)(?:[^/]+\.dist-info\/(?:METADATA|WHEEL)|PKG-INFO)$/;

function same(path: string, one: Uint8Array, other: Uint8Array): boolean {
  if (equal(one, other)) return true;
  return METADATA.test(path) && withoutToolFields(one) === withoutToolFields(other);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** The head's fields in any order, then the description as it is. */
function withoutToolFields(bytes: Uint8Array): string {
  const text = latin1(bytes).replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const [head, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end).trim()];
  const fields = head.split(/\n(?![ \t])/).filter((field) => field !== '' && !TOOL_FIELDS.test(field));
  return `${fields
    .map((field) => field.trimEnd())
    .toSorted()
    .join('\n')}\n\n${body}`;
}

/** Bytes as they are, one character each: enough to compare. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
