import { serviceOf } from './service.ts';
import { aimOf, type SignalOptions, tell } from './signal.ts';

/** pause, resume, abort */
export async function control(
  id: string,
  what: 'pause' | 'resume' | 'abort',
  options: SignalOptions & { readonly reason: string },
): Promise<void> {
  const service = await serviceOf(options);
  tell(await service[what](id, { reason: options.reason }, aimOf(options)), what, options);
}
