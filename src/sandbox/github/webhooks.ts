import { createHmac, randomUUID } from 'node:crypto';
import { finished } from 'node:stream';
import { outgoingOf } from '../faults.ts';
import type { DeliveryRecord, HookRecord } from './record.ts';
import type { Repository } from './repository.ts';
import type { Ctx } from './world.ts';

export interface Event {
  event: string;
  action: string | null;
  payload: object;
}

const PATIENCE = 10_000;

/** Tells the hooks of a repository what happened, after the answer that caused it, and never waits for them. */
export class Webhooks {
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  fire(c: Ctx | null, repository: Repository, event: Event, only?: readonly HookRecord[]): void {
    const wanting = only ?? repository.record.hooks.filter((hook) => wants(hook, event.event));
    if (wanting.length === 0) return;
    const body = JSON.stringify(event.payload);
    const outgoing = outgoingOf(c);
    const send = () => {
      for (const hook of wanting)
        this.send(repository, hook, { ...event, body, guid: randomUUID(), redelivery: false });
    };
    if (outgoing) finished(outgoing, send);
    else setImmediate(send);
  }

  send(repository: Repository, hook: HookRecord, message: Message): void {
    if (this.#closing.signal.aborted) return;
    const work = this.#deliver(repository, hook, message).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #deliver(repository: Repository, hook: HookRecord, message: Message): Promise<void> {
    const started = Date.now();
    const headers = headersOf(hook, message, repository.record.id);
    const answer = await this.#post(hook.url, headers, bodyOf(hook, message.body));
    repository.deliveries.add({
      hook: hook.id,
      guid: message.guid,
      event: message.event,
      action: message.action,
      deliveredAt: new Date(started).toISOString(),
      redelivery: message.redelivery,
      seconds: (Date.now() - started) / 1000,
      requestHeaders: headers,
      payload: JSON.parse(message.body),
      ...answer,
    });
  }

  async #post(url: string, headers: Record<string, string>, body: string): Promise<Answer> {
    const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE), this.#closing.signal]);
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      return {
        statusCode: answer.status,
        status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
        responseHeaders: Object.fromEntries(answer.headers),
        responseBody: (await answer.text()).slice(0, 10_000),
      };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      const status = timedOut ? 'timed out' : 'failed to connect to host';
      return { statusCode: timedOut ? 504 : 502, status, responseHeaders: {}, responseBody: '' };
    }
  }
}

export interface Message {
  event: string;
  action: string | null;
  body: string;
  guid: string;
  redelivery: boolean;
}

type Answer = Pick<DeliveryRecord, 'statusCode' | 'status' | 'responseHeaders' | 'responseBody'>;

/** Whether anybody wants to hear of an event: else its payload need not be made. */
export function isListenedTo({ record }: Repository, event: string): boolean {
  return record.hooks.some((hook) => wants(hook, event));
}

function wants(hook: HookRecord, event: string): boolean {
  return hook.active && (hook.events.includes('*') || hook.events.includes(event));
}

function bodyOf(hook: HookRecord, body: string): string {
  return hook.contentType === 'json' ? body : new URLSearchParams({ payload: body }).toString();
}

function headersOf(hook: HookRecord, { event, guid, body }: Message, repository: number): Record<string, string> {
  const sign = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, hook.secret!).update(bodyOf(hook, body)).digest('hex')}`;
  return {
    accept: '*/*',
    'content-type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'user-agent': 'GitHub-Hookshot/5a4d0b0',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(repository),
    'x-github-hook-installation-target-type': 'repository',
    ...(hook.secret ? { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') } : {}),
  };
}
