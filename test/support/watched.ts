import type { PublishActivities } from '../../src/activities/index.ts';
import type { Reading } from '../../src/domain/health.ts';

type Look = Parameters<PublishActivities['takeReadings']>[0];

/** Readings as a test says them, by probe and look; healthy where it says nothing. Counts the looks. */
export function outside(say: (probe: string, look: number) => Reading | undefined = () => undefined) {
  const seen = { looks: 0, rollback: 'none' as Awaited<ReturnType<PublishActivities['takeReadings']>>['rollback'] };
  const takeReadings: PublishActivities['takeReadings'] = async ({ probes }: Look) => {
    seen.looks += 1;
    const readings = probes.map(
      ({ name }): Reading => say(name, seen.looks) ?? { health: 'healthy', value: seen.looks, note: 'as released' },
    );
    return { readings, rollback: seen.rollback };
  };
  return Object.assign(seen, { takeReadings });
}

export const bad = (note = 'too many', more: Partial<Reading> = {}): Reading => ({
  health: 'unhealthy',
  value: 9,
  note,
  ...more,
});
