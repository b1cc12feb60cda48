import { join, type Tree } from '../version-homes/tree.ts';

/** A Dockerfile is told of and left out: whether its base can be had is for a person to say. */
export function findImage(
  tree: Tree,
  folder: string,
): { aside: string; name: string | undefined; dockerfile: string } | null {
  const path = ['Dockerfile', 'docker/Dockerfile', 'Containerfile']
    .map((file) => join(folder, file))
    .find((file) => tree.paths.includes(file));
  if (path === undefined) return null;
  const bases = [...(tree.read(path) ?? '').matchAll(/^FROM\s+(?:--\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/gim)];
  const stages = new Set(bases.map(([, , stage]) => stage?.toLowerCase()));
  const outside = [...new Set(bases.map(([, base]) => base!))].filter(
    (base) => base !== 'scratch' && !stages.has(base.toLowerCase()),
  );
  const name = imageName(tree);
  const needs =
    outside.length === 0 ? 'it needs no base image' : `whether its base ${outside.join(', ')} can be had is not known`;
  return {
    aside: `an image (${path}): not taken, ${needs}${name === undefined ? ', and nothing says what it is called' : ''}`,
    name,
    dockerfile: path,
  };
}

/** What the project's own workflows push it as. */
function imageName(tree: Tree): string | undefined {
  return tree.paths
    .filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
    .map(
      (path) =>
        /\b((?:ghcr\.io|docker\.io|quay\.io)\/[a-z0-9._-]+\/[a-z0-9._-]+?)(?=[:@"'\s,]|$)/m.exec(
          tree.read(path) ?? '',
        )?.[1],
    )
    .find((name) => name !== undefined);
}
