import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENCODED_FAILURES } from './encoded-failures-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/**
 * How the workflow code of a source tree is bundled. Its modules hold no state of a run, so all runs of a worker share them: loaded for
 * each, they would take four megabytes and most of the time of a replay.
 */
export function bundleOptions(from: string = root) {
  const workflowsPath = join(from, 'src/workflows/index.ts');
  const workflowInterceptorModules = ['tracing', 'thrift'].map((name) => join(from, `src/workflows/${name}.ts`));
  return {
    workflowsPath,
    workflowInterceptorModules,
    failureConverterPath: ENCODED_FAILURES,
    preloadModules: [workflowsPath, ...workflowInterceptorModules],
  };
}

/** Everything that ends up in the bundle: package-lock.json stands for the SDK and the libraries. */
const INGREDIENTS = [
  ...['src/workflows', 'src/domain', 'src/temporal/bundle.ts', 'package-lock.json'].map((path) => join(root, path)),
  ENCODED_FAILURES,
];
const KEPT_DAYS = 30;

/** The bundle of the code as it stands, if FOLDER has it. */
export function findBundle(folder: string): string | undefined {
  const file = bundleFile(folder);
  return existsSync(file) ? file : undefined;
}

/**
 * Bundles the workflow code into FOLDER and returns the file. Its name holds the code's digest, so a worker that is started
 * again beside newer code still finds the bundle that its service was started with.
 */
export async function bundleWorkflows(folder: string): Promise<string> {
  const file = bundleFile(folder);
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker'); // half a second that most starts need not pay
  const problems: string[] = [];
  const logger = new DefaultLogger('WARN', ({ message }) => problems.push(message));
  const { code } = await bundleWorkflowCode({ ...bundleOptions(), logger }).catch((error: Error) => {
    throw new Error([error.message, ...problems].join('\n'), { cause: error });
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  forgetOld(folder);
  return file;
}

function bundleFile(folder: string): string {
  const hash = createHash('sha256');
  for (const file of INGREDIENTS.flatMap(filesIn))
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return join(folder, `workflow-bundle-${hash.digest('hex').slice(0, 16)}.js`);
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function forgetOld(folder: string): void {
  const before = Date.now() - KEPT_DAYS * 86_400_000;
  for (const name of readdirSync(folder).filter((name) => name.startsWith('workflow-bundle-'))) {
    const file = join(folder, name);
    if (statSync(file).mtimeMs < before) rmSync(file, { force: true });
  }
}
