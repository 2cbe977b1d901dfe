import { Option, type Command as Program } from 'commander';
import { fileName, fileNames, noConfig } from './options.ts';

export interface CheckCommand {
  readonly kind: 'check';
  readonly config: readonly string[];
  readonly catalog?: string;
  /** List every stream. */
  readonly all?: true;
  readonly format: 'text' | 'json';
}

const CHECK_HELP = `
Asks Close whose key it is, and reads a page of every table. Writes no records.
Exit codes: 0 a sync would work, 1 it would not, 2 the command line or a file is wrong.`;

interface CheckFlags {
  readonly config?: readonly string[];
  readonly catalog?: string;
  readonly all?: true;
  readonly format: 'text' | 'json';
}

/** Adds `check` to the command line. */
export const addCheck = (program: Program, ask: (command: CheckCommand) => void): void => {
  program
    .command('check')
    .description('say whether the key works, whose it is, and which tables it may read')
    .usage('--config <file> [--catalog <file>]')
    .option('-c, --config <file>', 'settings of the tap; may be repeated; ENV', fileNames)
    .option('--catalog <file>', 'the streams that a sync would read', fileName)
    .option('--all', 'list every stream, also those that are neither selected nor a problem')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .addHelpText('after', CHECK_HELP)
    .action(({ config, ...flags }: CheckFlags, check: Program) => {
      if (config === undefined) check.error(noConfig('tap-closeio check --config config.json'));
      ask({ kind: 'check', config, ...flags });
    });
};
