import { Argument, type Command, Option } from 'commander';
import { bump, stage } from './repository-commands.ts';

const RUN = 'its id, such as release:sample:1.2.0';

/** What a service is asked and told over HTTP. */
export function addServiceCommands(program: Command): void {
  program.commandsGroup('Start:');
  starts(program);
  program.commandsGroup('Look:');
  looks(program);
  program.commandsGroup('Answer what a run waits for:');
  answers(program);
  program.commandsGroup('Keep to a calendar:');
  schedules(program);
}

function starts(program: Command): void {
  started(program.command('release'))
    .description('start a release')
    .argument('<project>')
    .addOption(
      new Option('--version <version>', 'the version, such as 1.2.0 or 1.2.0-alpha.1').conflicts([
        'bump',
        'prerelease',
      ]),
    )
    .addOption(bump())
    .addOption(stage())
    .addOption(new Option('--dry-run', 'push nothing, and answer with the plan').conflicts('testOnly'))
    .option('--test-only', 'end after the rehearsal, and clean up')
    .option('--adopt', 'finish what another tool or a person left half-done')
    .action(async (project, options) => (await import('./release.ts')).release(project, options));

  started(program.command('hotfix'))
    .description('start a hotfix')
    .argument('<project>')
    .requiredOption('--title <text>', 'becomes the subject of the commit')
    .option('--issue <number>', 'that it fixes')
    .option('--base <tag>', 'of an older line (default: the main branch)')
    .option('--commit <sha...>', 'to be cherry-picked, or #123 for a merged pull request')
    .option('--version <version>', '(default: the next patch)')
    .action(async (project, options) => (await import('./hotfix.ts')).hotfix(project, options));

  started(program.command('rollback'))
    .description('take a published version back')
    .argument('<project>')
    .argument('<version>')
    .requiredOption('--reason <text>', 'why')
    .addOption(new Option('--roll-forward <choice>', 'the last good tree anew').choices(['ask', 'yes', 'no']))
    .addOption(new Option('--tags <choice>', 'what becomes of them').choices(['keep', 'retag']))
    .action(async (project, version, options) => (await import('./rollback.ts')).rollback(project, version, options));
}

function looks(program: Command): void {
  onService(program.command('projects'))
    .description('projects with their current and next versions, or one of them')
    .argument('[project]')
    .action(async (project, options) => (await import('./projects.ts')).projects(project, options));

  onService(program.command('schedules'))
    .description('what the calendars of all projects ask for, or of one')
    .argument('[project]')
    .action(async (project, options) => (await import('./schedules.ts')).schedules(project, options));

  onService(program.command('runs'))
    .description('runs: open ones first, the newest first within')
    .option('--project <project>')
    .addOption(new Option('--kind <kind>').choices(['release', 'hotfix', 'rollback']))
    .addOption(new Option('--status <status>').choices(['running', 'waiting', 'blocked', 'paused', 'ended', 'stuck']))
    .option('--waiting-for <what>', 'a role, an item, or what is waited for')
    .option('--limit <number>', 'at most', '50')
    .action(async (options) => (await import('./runs.ts')).runs(options));

  onService(program.command('show'))
    .description('a run: its steps, what it waits for, and how to answer')
    .argument('<run>', RUN)
    .option('--run <runId>', 'one of its executions (default: the newest)')
    .option('--follow', 'go on until it ends; exit 0 only if it did what it was started for')
    .option('--checklist', 'the release checklist as Markdown')
    .action(async (run, options) => (await import('./show.ts')).show(run, options));
}

function answers(program: Command): void {
  for (const decision of ['approve', 'reject'] as const) {
    signal(program.command(decision))
      .description(`${decision} the commit and the manifest that the run shows`)
      .argument('<run>', RUN)
      .option('--role <role>', '(default: the one that is awaited)')
      .option('--comment <text>')
      .option('--commit <sha>', 'that you have looked at: another one is not signed')
      .option('--manifest <digest>', 'that you have looked at: another one is not signed')
      .option('--yes', 'do not ask')
      .action(async (run, options) => (await import('./approve.ts'))[decision](run, options));
  }

  signal(program.command('tick'))
    .description('tick off an item of the checklist')
    .argument('<run>', RUN)
    .argument('<item>')
    .option('--failed', 'it did not pass')
    .option('--note <text>')
    .action(async (run, item, options) => (await import('./tick.ts')).tick(run, item, options));

  signal(program.command('decide'))
    .description('decide on a blocked step')
    .argument('<run>', RUN)
    .addArgument(new Argument('<action>').choices(['retry', 'skip', 'abort']))
    .requiredOption('--reason <text>', 'why')
    .option('--step <step>', 'where several are blocked')
    .action(async (run, action, options) => (await import('./decide.ts')).decide(run, action, options));

  signal(program.command('watch'))
    .description('answer the window of a published release')
    .argument('<run>', RUN)
    .addArgument(new Argument('<action>').choices(['extend', 'conclude', 'rollback']))
    .requiredOption('--reason <text>', 'why')
    .option('--hours <number>', 'for extend (default: as long as it was)')
    .action(async (run, action, options) => (await import('./watch.ts')).watch(run, action, options));

  signal(program.command('fix'))
    .description("say that a hotfix's fix is on its branch")
    .argument('<run>', 'its id, such as hotfix:sample:1.2.1')
    .argument('<commits...>', "full SHAs; the last one is the branch's head")
    .action(async (run, commits, options) => (await import('./fix.ts')).fix(run, commits, options));

  for (const [name, what] of [
    ['pause', 'pause a run before its next step'],
    ['resume', 'let a paused run go on'],
    ['abort', 'end a run, and undo what can be undone'],
  ] as const) {
    signal(program.command(name))
      .description(what)
      .argument('<run>', RUN)
      .requiredOption('--reason <text>', 'why')
      .action(async (run, options) => (await import('./control.ts')).control(run, name, options));
  }
}

function schedules(program: Command): void {
  const command = program.command('schedule').description('change, pause or resume a schedule');
  const name = () => new Argument('<name>').choices(['prerelease', 'minor', 'major']);
  for (const what of ['pause', 'resume'] as const) {
    onService(command.command(what))
      .argument('<project>')
      .addArgument(name())
      .requiredOption('--reason <text>', 'why')
      .action(async (project, of, options) => (await import('./schedules.ts')).steer(what, [project, of], options));
  }
  onService(command.command('change'))
    .argument('<project>')
    .addArgument(name())
    .requiredOption('--every <time>', 'weekly, monthly, or such as "10 days" or "4-6 weeks"')
    .option('--weekday <day>', 'monday …, or every-day')
    .option('--hour <hour>', 'UTC')
    .action(async (project, of, options) => (await import('./schedules.ts')).change([project, of], options));
}

function onService(command: Command): Command {
  return command
    .option('--api <url>', 'address of the service (default: SLIPWAY_API)')
    .option('--token-file <file>', 'holds your token (default: SLIPWAY_TOKEN, or the file SLIPWAY_TOKEN_FILE)')
    .option('--json', 'for programs');
}

function started(command: Command): Command {
  return onService(command)
    .option('--key <key>', 'a repeat under the same key starts nothing twice')
    .option('--follow', 'tell how it goes until it ends');
}

function signal(command: Command): Command {
  return onService(command)
    .option('--run <runId>', 'one of its executions (default: the newest)')
    .option('--key <key>', 'a repeat under the same key counts once');
}
