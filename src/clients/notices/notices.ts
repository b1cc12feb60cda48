import type { NoticeWrites } from '../../activities/ports.ts';
import { Problem } from '../../domain/problem.ts';
import { send } from './mail.ts';
import { post } from './post.ts';

export interface NoticeOptions {
  /** Asked anew each time: it is the service's configuration. */
  readonly allowPrivate: () => Promise<boolean>;
  /** Of the activity that is sending, if any. */
  readonly cancellation?: (() => AbortSignal | undefined) | undefined;
  readonly seconds?: number;
}

/** Announcements to the outside: by HTTP and by SMTP, each sent once. */
export function createNotices({ allowPrivate, cancellation, seconds = 20 }: NoticeOptions): NoticeWrites {
  const signal = () => {
    const limit = AbortSignal.timeout(seconds * 1000);
    const cancelled = cancellation?.();
    return cancelled ? AbortSignal.any([cancelled, limit]) : limit;
  };

  return {
    async post(target, { headers, body }) {
      const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
      if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
        throw new Problem(
          'channel-refused',
          `${target.secret ? "the webhook's address" : 'the address'} begins with neither https:// nor http://`,
        );
      const name = target.secret ? url.host : `${url.host}${url.pathname}`;
      await post({ url, headers, body, name, allowPrivate: await allowPrivate(), signal: signal() });
    },

    async mail(server, mail) {
      return send(server, mail, { allowPrivate: await allowPrivate(), seconds, signal: signal() });
    },
  };
}
