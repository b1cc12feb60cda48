export interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
  /** How long to wait before coming back, where the server said so. */
  readonly retryMs?: number;
}

/** An event stream, event by event, as the HTML standard reads it. Ends with the stream, or where nothing comes for too long. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  { quietMs }: { quietMs: number },
): AsyncGenerator<ServerSentEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let last = '';
  try {
    for (;;) {
      const read = await within(reader.read(), quietMs);
      if (read === undefined || read.done) return;
      // A carriage return at the very end may be half of a line end.
      text = `${text}${read.value}`.replaceAll(/\r\n|\r(?!$)/g, '\n');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parsed(text.slice(0, end), last);
        text = text.slice(end + 2);
        last = event.id;
        if (event.data !== '' || event.retryMs !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it is over either way
  }
}

function parsed(block: string, last: string): ServerSentEvent {
  const fields = block.split('\n').flatMap((line) => {
    const [, name = '', value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    return name === '' ? [] : [{ name, value }];
  });
  const lastOf = (wanted: string) => fields.findLast(({ name }) => name === wanted)?.value;
  const retry = lastOf('retry');
  const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value);
  return {
    event: lastOf('event') ?? 'message',
    id: lastOf('id') ?? last,
    data: data.join('\n'),
    ...(retry !== undefined && /^\d+$/.test(retry) ? { retryMs: Number(retry) } : {}),
  };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
