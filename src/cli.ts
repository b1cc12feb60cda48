import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { explain } from './cli/exit.ts';
import { newKey } from './cli/keys.ts';
import { addRepositoryCommands } from './cli/repository-commands.ts';
import { addServiceCommands } from './cli/service-commands.ts';
import { tokenCommand } from './cli/token.ts';

const program = new Command('slipway')
  .description('Releases of Python packages: start them, look at them, answer what they wait for')
  .showHelpAfterError('(add --help for what can be written)')
  .exitOverride();
addServiceCommands(program);
addRepositoryCommands(program);
program.commandsGroup('The service:');
program.addCommand(tokenCommand());
program
  .command('keys')
  .description("the keys of the API's signatures")
  .command('new')
  .description('make a key pair, and say what to write into slipway.yaml')
  .argument('[folder]', 'where to write the private key', '.')
  .option('--kid <name>', 'what the key is called', `key-${new Date().toISOString().slice(0, 10)}`)
  .action(newKey);
program
  .command('backup')
  .description('the state of a node of this machine as one file; the node may run meanwhile')
  .argument('<file>', 'to write, or a folder to write it into')
  .option('--state <folder>', "the node's (default: SLIPWAY_STATE, or where `npm start` keeps it)")
  .option('--secrets', 'credentials and the signing key as well')
  .action(async (file, options) => (await import('./cli/backup.ts')).backup(file, options));
program
  .command('restore')
  .description('write a backup back, once each byte of it was verified')
  .argument('<file>')
  .option('--state <folder>', '(default: SLIPWAY_STATE, or where `npm start` keeps it)')
  .option('--force', 'move aside what is there')
  .action(async (file, options) => (await import('./cli/backup.ts')).restore(file, options));
program.commandsGroup('Shell:');
tab(program, { completionCommandName: 'completion' });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error, { json: process.argv.includes('--json') });
}
