import { Command, Option } from 'commander';

export interface DemoOptions {
  readonly once: boolean;
  readonly hold: boolean;
  readonly repo?: string;
  readonly project?: string;
  readonly version?: string;
  readonly bump?: 'major' | 'minor' | 'patch' | 'prerelease';
  readonly prerelease?: 'alpha' | 'beta' | 'rc';
  readonly state?: string;
  readonly report?: string;
}

/** `sandbox` as the first word: the sandbox alone. */
export interface Wanted {
  readonly what: 'demo' | 'sandbox';
  readonly options: DemoOptions;
}

const STATE = ['--state <dir>', 'keep everything in this folder, and go on from there when started again'] as const;
const REPORT = [
  '--report <file>',
  'where to write addresses, people with their tokens, and runs (default: in the state)',
] as const;
const REPO = [
  '--repo <path>',
  'a clone of your own project, of which the commits are taken; it is not touched',
] as const;
const PROJECT = ['--project <file>', 'its project file (default: detected)'] as const;

export function readOptions(argv: readonly string[]): Wanted {
  let wanted: Wanted | undefined;
  const program = new Command('demo')
    .description('Rehearses a release on this machine: real git, real builds, a real index, no account anywhere')
    .option('--once', 'exit at the end: 0 only if released', false)
    .option(...REPO)
    .option(...PROJECT)
    .addOption(new Option('--version <version>', 'the version to release').conflicts(['bump', 'prerelease']))
    .addOption(new Option('--bump <part>', 'raise the version').choices(['major', 'minor', 'patch', 'prerelease']))
    .addOption(new Option('--prerelease <stage>', 'release a pre-release').choices(['alpha', 'beta', 'rc']))
    .option('--hold', 'leave checklist and sign-offs to you', false)
    .option(...STATE)
    .option(...REPORT)
    .showHelpAfterError('(add --help for what can be written)')
    .enablePositionalOptions() // what follows "sandbox" is the sandbox's
    .action((options: DemoOptions) => {
      wanted = { what: 'demo', options };
    });
  program
    .command('sandbox')
    .description('the sandbox alone, until Ctrl-C; its state survives a restart')
    .option(...REPO)
    .option(...PROJECT)
    .option(...STATE)
    .option(...REPORT)
    .action((options: DemoOptions) => {
      wanted = { what: 'sandbox', options: { ...options, once: false, hold: true } };
    });
  program.parse(argv, { from: 'user' });
  return wanted as Wanted;
}
