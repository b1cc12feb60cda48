import { hexOf } from '../publication.ts';
import type { ArtifactRef } from '../run/state.ts';
import { toPep440 } from '../version.ts';
import { tagOf } from '../version-tag.ts';

/** What Slipway gives a publishing job: how it is found again, the tag, the draft that holds the files, their names and sha256. */
export const PUBLISH_INPUTS = ['slipway-run', 'tag', 'release', 'files'] as const;
/** What it gives a build job: how it is found again, and the version in Python's form. */
export const BUILD_INPUTS = ['slipway-run', 'version'] as const;

export type PublishInputs = Readonly<Record<(typeof PUBLISH_INPUTS)[number], string>>;
export type BuildInputs = Readonly<Record<(typeof BUILD_INPUTS)[number], string>>;

/** The whole of what a publishing job may put on the index, in the order of the manifest. */
export function filesInput(files: readonly ArtifactRef[]): string {
  return JSON.stringify(files.map((file) => ({ name: file.name, sha256: hexOf(file) })));
}

/** `{version}`, `{pep440}` and `{tag}` in what the project file gives. */
export function filled(text: string, version: string, tagForm: string): string {
  return text
    .replaceAll('{version}', version)
    .replaceAll('{pep440}', toPep440(version))
    .replaceAll('{tag}', tagOf(version, tagForm));
}
