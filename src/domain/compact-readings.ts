/** Seconds since the window began, the value, and healthy, unhealthy or unknown. */
export type CompactReading = readonly [at: number, value: number | null, health: 'h' | 'u' | '?'];

/** Enough for a chart, small enough for a run's state. */
export const MOST_READINGS = 120;

/** Adds one. Beyond the most, every second reading goes that lies within a stretch of one health: each change of health is kept, and where it was. */
export function addReading(
  readings: readonly CompactReading[],
  reading: CompactReading,
  most = MOST_READINGS,
): readonly CompactReading[] {
  const all = [...readings, reading];
  if (all.length <= most) return all;
  const thinned = thin(all);
  // Nothing but changes: then the oldest go.
  return thinned.length < all.length ? thinned : all.slice(all.length - most);
}

function thin(all: readonly CompactReading[]): CompactReading[] {
  let inside = 0;
  return all.filter(([, , health], index) => {
    const edge = index === 0 || index === all.length - 1;
    if (edge || all[index - 1]![2] !== health || all[index + 1]![2] !== health) return true;
    inside += 1;
    return inside % 2 === 0;
  });
}
