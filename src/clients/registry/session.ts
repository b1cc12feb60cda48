import type { RegistryAccess } from '../../activities/ports.ts';
import { type Answer, send } from '../http.ts';
import { registryProblem } from './answers.ts';
import { answerChallenge } from './challenge.ts';
import { imageName } from './image-name.ts';
import type { RegistryOptions } from './registry-client.ts';

export interface Question {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Under the repository, or a whole address that the registry gave. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | Blob;
  /** Statuses that are an answer; any other is a problem. */
  readonly expect: readonly number[];
}

export type Session = (question: Question) => Promise<Answer>;

/** Talks about one repository. A 401 was no more than a question: it is answered once, and the request sent again. */
export function openSession({ name, token }: RegistryAccess, options: RegistryOptions): Session {
  const { origin, repository } = imageName(name);
  let authorization: string | undefined;

  return async ({ method = 'GET', path, headers, body, expect }) => {
    const url = new URL(path, `${origin}/v2/${repository}/`);
    const exchange = {
      unreachable: 'registry-unreachable',
      seconds: body instanceof Blob ? options.blobSeconds : options.seconds,
      signal: options.cancellation?.(),
    } as const;
    const ask = () => {
      const own = authorization !== undefined && url.origin === origin ? { authorization } : {};
      const request = { method, headers: { 'user-agent': options.userAgent, ...headers, ...own }, body: body ?? null };
      return send(url.href, request, exchange);
    };

    let answer = await ask();
    if (answer.status === 401 && url.origin === origin) {
      authorization = await answerChallenge(answer, token, { ...exchange, seconds: options.seconds });
      if (authorization !== undefined) answer = await ask();
    }
    if (expect.includes(answer.status)) return answer;
    throw registryProblem(answer, `${method} ${url.pathname}`, token);
  };
}
