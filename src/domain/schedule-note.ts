const NOTE = /^(Paused|Resumed) by (\S+) at (\S+): (.*)$/s;

export interface Note {
  readonly by: string | null;
  readonly at: string | null;
  readonly reason: string;
}

/** Temporal keeps one line on why a schedule is paused; its own page shows it as well. */
export function noteOf(
  what: 'Paused' | 'Resumed',
  { by, at, reason }: { by: string; at: string; reason: string },
): string {
  return `${what} by ${by} at ${at}: ${reason}`;
}

/** What somebody wrote in Temporal itself has no name that can be believed. */
export function readNote(note: string): Note {
  const [, , by, at, reason] = NOTE.exec(note) ?? [];
  return by !== undefined && at !== undefined && reason !== undefined
    ? { by, at, reason }
    : { by: null, at: null, reason: note };
}
