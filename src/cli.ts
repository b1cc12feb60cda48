import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { explain } from './cli/exit.ts';
import { addRepositoryCommands } from './cli/repository-commands.ts';
import { addServiceCommands } from './cli/service-commands.ts';

const program = new Command('slipway')
  .description('Releases of Python packages: start them, look at them, answer what they wait for')
  .showHelpAfterError('(add --help for what can be written)')
  .exitOverride();
addServiceCommands(program);
addRepositoryCommands(program);
program.commandsGroup('Shell:');
tab(program, { completionCommandName: 'completion' });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error, { json: process.argv.includes('--json') });
}
