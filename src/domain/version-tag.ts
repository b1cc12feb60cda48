import { Problem } from './problem.ts';
import { finalised, toPep440, tryFromPep440 } from './version.ts';

/** `v{version}`, `{version}`, `pkg-v{version}`, …; `{pep440}` for projects that tag v1.2.0rc1. */
export type TagForm = string;

const PLACEHOLDER = /\{(?:version|pep440)\}/;

export function tagOf(version: string, form: TagForm = 'v{version}'): string {
  checkForm(form);
  return form.replace('{version}', version).replace('{pep440}', toPep440(version));
}

/**
 * The version that a tag names, in either spelling; undefined where it names none. With a bare or `v` form both of these count;
 * any other prefix counts only where it is the project's own, and then nothing else does: in a repository of several packages a
 * bare tag is another one's.
 */
export function versionOfTag(tag: string, form: TagForm = 'v{version}'): string | undefined {
  checkForm(form);
  const [prefix = '', suffix = ''] = form.split(PLACEHOLDER);
  const tolerant = (prefix === '' || prefix === 'v') && suffix === '';
  const start = tolerant ? (tag.startsWith('v') ? 'v' : '') : prefix;
  if (!tag.startsWith(start) || !tag.endsWith(suffix)) return undefined;
  const text = tag.slice(start.length, tag.length - suffix.length);
  return /^\d+\.\d+\.\d+/.test(text) ? tryFromPep440(text) : undefined;
}

/** All stages of a version share its branch. */
export function branchOf(version: string, kind: 'release' | 'hotfix' | 'rollback' = 'release'): string {
  return `${kind}/v${finalised(version)}`;
}

function checkForm(form: TagForm): void {
  if (!PLACEHOLDER.test(form)) throw new Problem('project-invalid', `version.tag is "${form}": it must hold {version}`);
}
