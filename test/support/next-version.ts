import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { bundleOptions } from '../../src/temporal/bundle.ts';
import { root } from './imports.ts';

/**
 * The workflow code as a later version might be: a copy of today's with one more activity before the tests, with or without
 * `patched()` around it. Answers the bundle's file.
 */
export async function bundleOfNextVersion({ guarded }: { guarded: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-next-'));
  for (const part of ['src/workflows', 'src/domain', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const added = guarded ? "if (patched('2026-12-01-look-again')) await preflight(run);" : 'await preflight(run);';
  edit(join(folder, 'src/workflows/release.ts'), [
    ["import { prepare } from './phases/prepare.ts';", "import { preflight, prepare } from './phases/prepare.ts';"],
    ['      const tested = await test(', `      ${added}\n      const tested = await test(`],
    [
      'import type { ReleaseRequest }',
      "import { patched } from '@temporalio/workflow';\nimport type { ReleaseRequest }",
    ],
  ]);
  const { code } = await bundleWorkflowCode({ ...bundleOptions(folder), logger: new DefaultLogger('ERROR') });
  const file = join(folder, 'bundle.js');
  writeFileSync(file, code);
  return { file, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

function edit(file: string, changes: readonly (readonly [string, string])[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from))
      throw new Error(`${file} does not say ${JSON.stringify(from)} any more: say what the next version changes`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
}
