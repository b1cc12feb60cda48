import type { Api } from './api.ts';
import type { Display } from './display.ts';
import type { DemoOptions } from './options.ts';

export type VersionWish = { readonly version: string } | { readonly bump: string; readonly prerelease?: string };

/** The version that was asked for, else what the commits call for, else the next patch: a rehearsal releases something in any case. */
export async function versionToRelease(
  api: Api,
  project: string,
  asked: DemoOptions,
  display: Display,
): Promise<VersionWish> {
  const { version, bump, prerelease } = asked;
  if (version !== undefined) return { version };
  if (bump !== undefined) return { bump, ...(prerelease === undefined ? {} : { prerelease }) };
  const suggested = await api.next(project);
  for (const reason of suggested.reasons.slice(0, 5)) display.line(`  because ${reason}`);
  if (prerelease !== undefined && /-/.test(suggested.base ?? '')) return { bump: 'prerelease', prerelease };
  if (suggested.bump === 'none') display.line('  nothing calls for a release, so the next patch is released');
  const part = suggested.bump === 'none' ? 'patch' : suggested.bump;
  if (prerelease !== undefined) return { bump: part, prerelease };
  return suggested.next !== null && suggested.bump !== 'none' ? { version: suggested.next } : { bump: part };
}
