import { expect, test } from 'vitest';
import { readEvents, type ServerSentEvent } from '../../src/api-client/events.ts';

async function eventsIn(...chunks: string[]): Promise<ServerSentEvent[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(stream, { quietMs: 1000 })) events.push(event);
  return events;
}

test.each<[string, string[], Partial<ServerSentEvent>[]]>([
  ['an event', ['event: state\nid: 1\ndata: {}\n\n'], [{ event: 'state', id: '1', data: '{}' }]],
  ['several lines', ['data: a\ndata: b\n\n'], [{ event: 'message', data: 'a\nb' }]],
  ['a comment is none', [': still here\n\ndata: a\n\n'], [{ data: 'a' }]],
  ['cut anywhere', ['da', 'ta: a\n', '\ndata: b\n\n'], [{ data: 'a' }, { data: 'b' }]],
  ['line ends of Windows', ['data: a\r\n\r', '\ndata: b\r\n\r\n'], [{ data: 'a' }, { data: 'b' }]],
  ['the id stays', ['id: 7\ndata: a\n\ndata: b\n\n'], [{ id: '7' }, { id: '7', data: 'b' }]],
  ['when to come back', ['retry: 2000\n\n'], [{ retryMs: 2000 }]],
  ['half an event is none', ['data: a\n\ndata: b\n'], [{ data: 'a' }]],
])('events: %s', async (_what, chunks, expected) => {
  const events = await eventsIn(...chunks);
  expect(events).toMatchObject(expected);
  expect(events).toHaveLength(expected.length);
});

test('events: a stream that says nothing any more is given up', async () => {
  const silent = new ReadableStream<Uint8Array>();
  for await (const _none of readEvents(silent, { quietMs: 10 })) expect.unreachable();
});
