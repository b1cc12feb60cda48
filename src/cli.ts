import { Command, Option } from 'commander';
import { check } from './cli/check.ts';
import { detect } from './cli/detect.ts';
import { newKey } from './cli/keys.ts';
import { next } from './cli/next.ts';
import { prepare } from './cli/prepare.ts';
import { Problem, type ProblemCode } from './domain/problem.ts';

const program = new Command('slipway')
  .description('Releases of Python packages: what a repository holds, which version comes next, and its edits')
  .showHelpAfterError('(add --help for what can be written)');

program
  .command('detect')
  .description('write the project file for a repository, and say what could not be found')
  .argument('<path>', 'a clone of the repository')
  .option('--print', 'print the file instead of writing it')
  .option('--out <file>', 'where to write it (default: projects/<project>.yaml)')
  .option('--force', 'write over a file that is there')
  .action(detect);

program
  .command('next')
  .description('the last version, the suggested bump and the next version, with reasons')
  .argument('<path>', 'a clone of the repository')
  .option('--json', 'as JSON: {last, bump, next, reasons}')
  .option('--project <file>', 'project file (default: detected)')
  .action(next);

program
  .command('prepare')
  .description("make a release's version and changelog edits in a working tree, and nothing else")
  .argument('<path>', 'a clone of the repository')
  .addOption(
    new Option('--version <version>', 'the version, such as 1.2.0 or 1.2.0-alpha.1').conflicts(['bump', 'prerelease']),
  )
  .addOption(new Option('--bump <bump>', 'raise the version').choices(['major', 'minor', 'patch', 'prerelease']))
  .addOption(new Option('--prerelease <stage>', 'of the bumped version').choices(['alpha', 'beta', 'rc']))
  .option('--project <file>', 'project file (default: detected)')
  .option('--date <date>', "the release's date, such as 2026-01-31 (default: today)")
  .action(prepare);

program
  .command('check')
  .description('what stands outside of a version: what is there, what is missing, what contradicts; nothing is changed')
  .argument('<path>', 'a clone of the repository')
  .requiredOption('--version <version>', 'the version, such as 1.2.0 or 1.2.0-alpha.1')
  .option('--project <file>', 'project file (default: detected)')
  .option('--credentials <folder>', 'one file for each credential (default: environment variables of their names)')
  .option('--json', 'as JSON: {version, kind, there, missing, contradictions, notAsked}')
  .action(check);

program
  .command('keys')
  .description("the keys of the API's signatures")
  .command('new')
  .description('make a key pair, and say what to write into slipway.yaml')
  .argument('[folder]', 'where to write the private key', '.')
  .option('--kid <name>', 'what the key is called', `key-${new Date().toISOString().slice(0, 10)}`)
  .action(newKey);

/** A run is told to retry or to skip; at the keyboard there is neither. */
const REMEDIES: Readonly<Partial<Record<ProblemCode, string>>> = {
  'changelog-empty': 'Write what changed, then prepare again. Nothing was touched.',
  'changelog-unreadable': 'Correct the changelog, or name it in a project file (--project FILE).',
  'version-home-missing': 'Name the files that hold the version in a project file: version.files (--project FILE).',
  'bump-unclear': 'Add --version X, or --bump major, minor, patch or prerelease, with or without --prerelease STAGE.',
  'merge-conflict': 'Finish the merge, then try again.',
  'command-failed': 'Read what it said, correct the cause, then try again.',
};

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  const faults = (error.facts.faults ?? []).filter((fault) => !error.message.includes(fault));
  process.stderr.write(`${error.message}\n${faults.map((fault) => `  - ${fault}\n`).join('')}`);
  process.stderr.write(`${REMEDIES[error.code] ?? error.remedy}\n`);
  process.exitCode = 1;
}
