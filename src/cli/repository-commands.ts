import { type Command, Option } from 'commander';

/** What is done with a clone, without a service. Each command is loaded when it is asked for. */
export function addRepositoryCommands(program: Command): void {
  program.commandsGroup('A clone of a repository:');
  program
    .command('detect')
    .description('write the project file for a repository, and say what could not be found')
    .argument('<path>', 'a clone of the repository')
    .option('--print', 'print the file instead of writing it')
    .option('--out <file>', 'where to write it (default: projects/<project>.yaml)')
    .option('--force', 'write over a file that is there')
    .action(async (path, options) => (await import('./detect.ts')).detect(path, options));

  program
    .command('next')
    .description('the last version, the suggested bump and the next version, with reasons')
    .argument('<path>', 'a clone of the repository')
    .option('--json', 'as JSON: {last, bump, next, reasons}')
    .option('--project <file>', 'project file (default: detected)')
    .action(async (path, options) => (await import('./next.ts')).next(path, options));

  program
    .command('prepare')
    .description("make a release's version and changelog edits in a working tree, and nothing else")
    .argument('<path>', 'a clone of the repository')
    .addOption(
      new Option('--version <version>', 'the version, such as 1.2.0 or 1.2.0-alpha.1').conflicts([
        'bump',
        'prerelease',
      ]),
    )
    .addOption(bump())
    .addOption(stage())
    .option('--project <file>', 'project file (default: detected)')
    .option('--date <date>', "the release's date, such as 2026-01-31 (default: today)")
    .action(async (path, options) => (await import('./prepare.ts')).prepare(path, options));

  program
    .command('check')
    .description(
      'what stands outside of a version: what is there, what is missing, what contradicts; nothing is changed',
    )
    .argument('<path>', 'a clone of the repository')
    .requiredOption('--version <version>', 'the version, such as 1.2.0 or 1.2.0-alpha.1')
    .option('--project <file>', 'project file (default: detected)')
    .option('--credentials <folder>', 'one file for each credential (default: environment variables of their names)')
    .option('--json', 'as JSON: {version, kind, there, missing, contradictions, notAsked}')
    .action(async (path, options) => (await import('./check.ts')).check(path, options));
}

export function bump(): Option {
  return new Option('--bump <bump>', 'raise the version').choices(['major', 'minor', 'patch', 'prerelease']);
}

export function stage(): Option {
  return new Option('--prerelease <stage>', 'of the bumped version').choices(['alpha', 'beta', 'rc']);
}
