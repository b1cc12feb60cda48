import picomatch from 'picomatch';
import { isHistory, isOfAnotherProject } from './docs-context.ts';
import { occurrences } from './occurrences.ts';
import type { Edit, Tree } from './tree.ts';

export interface DocsVersions {
  /** The project file's `version.docs`. */
  readonly globs: readonly string[];
  /** SemVer, without v: the last released version, and the pre-release that this one follows. */
  readonly previous: readonly string[];
  readonly version: string;
  /** Words that tell this project's own addresses from others': its name on the index, owner/repository. */
  readonly ownNames: readonly string[];
}

/** Raises the exact `vX.Y.Z` of the previous version in the docs, where it speaks of the present and of this project. */
export function editDocsVersions(tree: Tree, { globs, previous, version, ownNames }: DocsVersions): Edit[] {
  const matches = picomatch([...globs]);
  return tree.paths
    .filter((path) => matches(path) && !isHistoryFile(path))
    .flatMap((path) => {
      const before = tree.read(path);
      if (before === undefined) return [];
      const after = previous
        .filter((old) => old !== version)
        .flatMap((old) => occurrences(before, `v${old}`))
        .filter(({ span }) => !isHistory(before, span) && !isOfAnotherProject(before, span, ownNames))
        .toSorted((a, b) => b.span.start - a.span.start)
        .reduce((text, { span }) => `${text.slice(0, span.start)}v${version}${text.slice(span.end)}`, before);
      return after === before ? [] : [{ path, before, after }];
    });
}

function isHistoryFile(path: string): boolean {
  return /(?:^|[/_.-])(?:changelog|changes|history|news|releases?|release[-_ ]notes|whats[-_]?new|migrat\w*|upgrad\w*|decisions|adr|blog|posts)(?=[/_.-])/i.test(
    path,
  );
}
