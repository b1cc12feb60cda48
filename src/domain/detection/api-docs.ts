import type { Tree } from '../version-homes/tree.ts';

/** The project's own script that writes the reference of its API into the repository. */
export function findApiDocs(tree: Tree): { run: string; paths: readonly string[] } | null {
  const script = tree.paths.find((path) =>
    /^(?:scripts|tools|docs)\/(?:[\w-]+\/)*gen(?:erate)?_(?:the_)?api_?(?:docs?|reference)\.py$/.test(path),
  );
  const folder = ['docs/api', 'docs/reference', 'docs/api-reference'].find((one) =>
    tree.paths.some((path) => path.startsWith(`${one}/`)),
  );
  return script === undefined || folder === undefined ? null : { run: `python ${script}`, paths: [folder] };
}
