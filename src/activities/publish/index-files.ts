import { Problem } from '../../domain/problem.ts';
import type { IndexTarget } from '../../domain/project.ts';
import { type Comparison, compareFiles } from '../../domain/publication.ts';
import type { Manifest } from '../../domain/run/state.ts';
import { toPep440 } from '../../domain/version.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { PublishDeps } from './deps.ts';
import { assertApproved } from './proofs.ts';

type Asked = ReleaseContext & { readonly target: IndexTarget; readonly manifest: Manifest };

/** An index may show a file a little after it took it. */
export const READ_BACKS = [0, 500, 1000, 2000, 4000];

export function indexActivities(
  deps: PublishDeps,
): Pick<PublishActivities, 'ensureOnIndex' | 'compareRehearsal' | 'awaitVisible' | 'countFiles'> {
  const { credentials, index, pause, store, workspaces } = deps;

  return {
    async ensureOnIndex({ production, approval, ...asked }) {
      const { target, manifest, project } = asked;
      if (production) await assertApproved(deps, { ...asked, approval: approval! });
      const url = index.pageUrl(target, project.package, toPep440(asked.version));
      const before = await compared(asked);
      refuse(before, asked, production);
      if (before.missing.length === 0)
        return { url, summary: `${target.name} holds all ${manifest.files.length} files already`, adopted: true };
      if (target.credential === null)
        throw new Problem('project-invalid', `${target.name} has no credential: its files come by a workflow`);
      const token = await credentials.read(target.credential);
      const workspace = await workspaces.open();
      try {
        for (const file of before.missing) {
          const path = `${workspace.folder}/${file.name}`;
          await store.copyTo(file.digest, path);
          await upload(asked, token, path, file.name, production);
        }
      } finally {
        await workspace.dispose();
      }
      await readBack(asked, production);
      return {
        url,
        summary: `${before.missing.map((file) => file.name).join(', ')} on ${target.name}`,
        evidence: [{ name: target.name, url }],
      };
    },

    async compareRehearsal({ earlier, ...asked }) {
      const { conflicting, missing, unexpected } = await compared(asked);
      const foreign = [...conflicting.map(({ there }) => there), ...unexpected].filter(
        (file) => !earlier.includes(`sha256:${file.sha256}`),
      );
      if (foreign.length > 0) return { kind: 'foreign', summary: `${foreign[0]!.filename} there is not from this run` };
      if (conflicting.length > 0) {
        return {
          kind: 'own-earlier',
          summary: `left out: ${asked.target.name} holds this run's own earlier files, which are never replaced`,
        };
      }
      return { kind: missing.length === 0 ? 'same' : 'free', summary: '' };
    },

    async awaitVisible(asked) {
      const { target, manifest, project } = asked;
      const { simple, json } = await index.visible(target, project.package, toPep440(asked.version));
      for (const [page, files] of [
        ['the simple page', simple],
        ['the JSON', json],
      ] as const) {
        if (files === undefined) continue;
        const { conflicting, missing } = compareFiles(manifest.files, files);
        if (conflicting[0])
          throw new Problem(
            'index-conflict',
            `${page} of ${target.name} shows other bytes for ${conflicting[0].wanted.name}`,
          );
        if (missing[0]) throw new Problem('not-yet', `${page} of ${target.name} does not show ${missing[0].name} yet`);
      }
      return { summary: `${target.name} shows all ${manifest.files.length} files` };
    },

    async countFiles({ target, project, version }) {
      const files = (await index.files(target, project.package, toPep440(version))) ?? [];
      return { files: files.length, summary: `${files.length} files on ${target.name}` };
    },
  };

  async function compared({ target, manifest, project, version }: Asked): Promise<Comparison> {
    return compareFiles(manifest.files, (await index.files(target, project.package, toPep440(version))) ?? []);
  }

  /** A refusal for "already there" is believed only after a look: the file may be this run's own, stored before an answer was lost. */
  async function upload(asked: Asked, token: string, path: string, name: string, production: boolean): Promise<void> {
    try {
      await index.upload(asked.target, token, path);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'index-conflict') throw error;
      const now = await compared(asked);
      if (now.same.some((file) => file.name === name)) return;
      if (!production) throw new Problem('rehearsal-taken', error.message, { cause: error });
      throw error;
    }
  }

  async function readBack(asked: Asked, production: boolean): Promise<void> {
    for (const wait of READ_BACKS) {
      await pause(wait);
      const now = await compared(asked);
      refuse(now, asked, production);
      if (now.missing.length === 0) return;
    }
    throw new Problem('index-unreachable', `${asked.target.name} took the files and does not list them yet`);
  }

  function refuse({ conflicting, unexpected }: Comparison, { target, version }: Asked, production: boolean): void {
    const [conflict] = conflicting;
    if (conflict) {
      const sides = `${conflict.wanted.name}: there sha256:${conflict.there.sha256}, here ${conflict.wanted.digest}`;
      throw new Problem(
        production ? 'index-conflict' : 'rehearsal-taken',
        `${target.name} holds other bytes of ${version}: ${sides}`,
      );
    }
    if (unexpected[0] && production) {
      throw new Problem(
        'files-unexpected',
        `${target.name} holds ${unexpected.map((file) => file.filename).join(', ')}, which this run did not build`,
      );
    }
  }
}
