import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { STEP_HEADER } from '../domain/trace.ts';

/** Which step an activity is for, as its workflow says. */
export function stepIn(headers: Headers): string | undefined {
  const payload = headers[STEP_HEADER];
  const step = payload && defaultPayloadConverter.fromPayload(payload);
  return typeof step === 'string' ? step.slice(0, 200) : undefined;
}
