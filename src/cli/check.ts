import type { Command as Program } from 'commander';
import { type Chosen, chosenTwice, fileName, fileNames, selectOption } from './options.ts';

export interface CheckCommand extends Chosen {
  readonly kind: 'check';
}

const CHECK_HELP = `
Asks Close whose key it is, and reads a page of every table. Writes no records.
Exit codes: 0 a sync would work, 1 it would not, 2 the command line or a file is wrong.`;

/** Adds `check` to the command line. */
export const addCheck = (program: Program, ask: (command: CheckCommand) => void): void => {
  program
    .command('check')
    .description('say whether the key works, whose it is, and which tables it may read')
    .usage('--config <file> [--catalog <file> | --select <pattern>]')
    .requiredOption('-c, --config <file>', 'settings of the tap; may be repeated; ENV', fileNames)
    .option('--catalog <file>', 'the streams that a sync would read', fileName)
    .addOption(selectOption())
    .addHelpText('after', CHECK_HELP)
    .action((flags: Chosen, check: Program) => {
      const problem = chosenTwice(flags);
      if (problem !== null) check.error(problem);
      ask({ kind: 'check', ...flags });
    });
};
