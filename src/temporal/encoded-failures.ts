import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stack traces as payloads, which a codec can encrypt; the client reads them back wherever they are. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
