export interface Heard {
  readonly event: string;
  readonly id: string;
  readonly data: string;
  /** The data of a `state`. */
  readonly run: unknown;
}

export type Listening = ReturnType<typeof eventsOf>;

/** Server-sent events as they come, one after the other. */
export function eventsOf(answer: Response) {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let kept = '';

  async function block(): Promise<string | undefined> {
    for (;;) {
      const at = kept.indexOf('\n\n');
      if (at >= 0) {
        const text = kept.slice(0, at);
        kept = kept.slice(at + 2);
        return text;
      }
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) return undefined;
      kept += value;
    }
  }

  async function any(): Promise<Heard | undefined> {
    for (let text = await block(); text !== undefined; text = await block()) {
      const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: ?(.*)/, 2)));
      if (fields.event !== undefined) {
        const { event, id, data } = fields as Record<string, string>;
        const run = event === 'state' ? JSON.parse(data ?? '') : undefined;
        return { event: event ?? '', id: id ?? '', data: data ?? '', run };
      }
    }
    return undefined;
  }

  return {
    answer,
    async next(event?: string): Promise<Heard> {
      for (let heard = await any(); heard; heard = await any()) {
        if (event === undefined || heard.event === event) return heard;
      }
      throw new Error(`the events ended without ${event ?? 'another one'}`);
    },
    /** Fails where an event comes instead. */
    async heartbeat(): Promise<void> {
      const text = await block();
      if (!text?.startsWith(':')) throw new Error(`no heartbeat, but ${text}`);
    },
    async rest(): Promise<Heard[]> {
      const all: Heard[] = [];
      for (let heard = await any(); heard; heard = await any()) all.push(heard);
      return all;
    },
    async leave(): Promise<void> {
      await reader?.cancel();
    },
  };
}
