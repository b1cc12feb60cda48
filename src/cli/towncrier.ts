import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, run } from '../clients/command.ts';
import { copyFiles, type WorkingTree } from '../clients/working-tree.ts';
import { treeOf } from '../domain/byte-tree.ts';
import type { TowncrierPlan } from '../domain/changelog/towncrier.ts';
import { type PreparedEdit, type PreparePlan, type PrepareRequest, withTowncrier } from '../domain/prepare.ts';
import { Problem } from '../domain/problem.ts';

/** towncrier works in place and takes fragments out of git's index too: it is given a copy, and only its files come back. */
export async function runTowncrier(
  tree: WorkingTree,
  plan: PreparePlan,
  request: PrepareRequest,
): Promise<PreparePlan> {
  const { folder, news, fragments, arguments: args } = plan.towncrier as TowncrierPlan;
  const copy = await mkdtemp(join(tmpdir(), 'slipway-towncrier-'));
  try {
    await copyFiles(tree, tree.paths, copy);
    const tool = process.env.SLIPWAY_TOOLS === undefined ? 'towncrier' : join(process.env.SLIPWAY_TOOLS, 'towncrier');
    const end = await run(tool, args, { cwd: join(copy, folder), env: baseEnvironment(), timeoutSeconds: 120 });
    if (end.exitCode !== 0) {
      throw new Problem(
        'command-failed',
        `towncrier ${args.join(' ')}: ${(end.stderr.trim() || end.stdout.trim()).slice(-1500)}`,
      );
    }
    const texts = treeOf({ paths: [], read: (path) => tree.read(path) });
    const after = await readFile(join(copy, news), 'utf8').catch(() => null);
    const gone = fragments.filter((path) => !existsSync(join(copy, path)));
    return withTowncrier(plan, request, [
      { path: news, before: texts.read(news) ?? null, after },
      ...gone.map((path): PreparedEdit => ({ path, before: texts.read(path) ?? null, after: null })),
    ]);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
