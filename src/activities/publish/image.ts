import { Problem } from '../../domain/problem.ts';
import type { Project } from '../../domain/project.ts';
import { highestVersion, isPrerelease, tryFromPep440 } from '../../domain/version.ts';
import { promotesAtOnce } from '../../domain/window-rules.ts';
import type { PublishActivities } from '../index.ts';
import type { Digest, RegistryAccess } from '../ports.ts';
import type { PublishDeps } from './deps.ts';

/** The archive's image pushed once, by digest; then tags on that digest. A version's tag is never moved. */
export function imageActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureImagePublished'> {
  const { registry, store, workspaces } = deps;

  return {
    async ensureImagePublished({ image, imageManifest, ...context }) {
      const { project, version } = context;
      const access = await registryAccess(deps, project);
      const { name } = access;
      const digest = imageManifest as Digest;
      const there = await registry.digest(access, version);
      if (there !== undefined && there !== digest) {
        throw new Problem('image-tag-taken', `${name}:${version} is ${there}, and what was tested is ${digest}`);
      }
      if (there === undefined) {
        await push(access, image.digest, digest);
        await registry.tag(access, digest, version);
      }
      const latest = promotesAtOnce(context) && (await moveImageLatest(deps, { project, version, digest }));
      return {
        summary: `${name}:${version}${latest ? ' and latest' : ''} at ${digest}`,
        adopted: there === digest,
        evidence: [{ name: 'image', value: `${name}@${digest}` }],
      };
    },
  };

  async function push(access: RegistryAccess, archive: Digest, digest: Digest): Promise<void> {
    if ((await registry.digest(access, digest)) === digest) return;
    const workspace = await workspaces.open();
    try {
      const file = `${workspace.folder}/image.tar`;
      await store.copyTo(archive, file);
      const pushed = await registry.push(access, file);
      if (pushed !== digest)
        throw new Problem('registry-refused', `${access.name} answers ${pushed} for what was pushed as ${digest}`);
    } finally {
      await workspace.dispose();
    }
  }
}

/** `latest` is the highest stable version's: a release of an older line never takes it. True: it is this one's. */
export async function moveImageLatest(
  deps: PublishDeps,
  { digest, project, version }: { project: Project; version: string; digest: Digest },
): Promise<boolean> {
  if (isPrerelease(version)) return false;
  const { registry } = deps;
  const access = await registryAccess(deps, project);
  const stable = (await registry.tags(access)).flatMap((tag) => {
    const known = /^\d+\.\d+\.\d+$/.test(tag) ? tryFromPep440(tag) : undefined;
    return known === undefined || isPrerelease(known) ? [] : [known];
  });
  if (highestVersion([...stable, version]) !== version) return false;
  if ((await registry.digest(access, 'latest')) !== digest) await registry.tag(access, digest, 'latest');
  return true;
}

/** The project's registry with this attempt's credential. */
export async function registryAccess({ credentials }: PublishDeps, project: Project): Promise<RegistryAccess> {
  const { name, credential } = project.publish.image!;
  return credential === null ? { name } : { name, token: await credentials.read(credential) };
}
