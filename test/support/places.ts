import { lastRecord } from '../../tools/setup/ready.ts';

/** Tests started in an editor know the tools' places as those started by `npm test` do. */
export function setup(): void {
  for (const [name, place] of Object.entries(lastRecord()?.environment ?? {})) process.env[name] ??= place;
}
