import { Option, type Command as Program } from 'commander';
import { type Chosen, chosenTwice, fileName, fileNames, noConfig, selectOption } from './options.ts';

export interface CheckCommand extends Chosen {
  readonly kind: 'check';
  /** List every stream. */
  readonly all?: true;
  /** Try what is assumed of Close, too. */
  readonly deep?: true;
  readonly format: 'text' | 'json';
}

const CHECK_HELP = `
Asks Close whose key it is, and reads a page of every table. Writes no records.
With --deep, it tries out on the account what this tap assumes of Close, with at
most 100 light requests, and prints no content, id, name or key: the report can
be attached to a bug report.
Exit codes: 0 a sync would work (--deep: all that the selected streams rest on
holds, or does no harm), 1 not so, 2 the command line or a file is wrong.`;

interface CheckFlags extends Omit<Chosen, 'config'> {
  readonly config?: readonly string[];
  readonly all?: true;
  readonly deep?: true;
  readonly format: 'text' | 'json';
}

/** Adds `check` to the command line. */
export const addCheck = (program: Program, ask: (command: CheckCommand) => void): void => {
  program
    .command('check')
    .description('say whether the key works, whose it is, and which tables it may read')
    .usage('--config <file> [--catalog <file> | --select <pattern>]')
    .option('-c, --config <file>', 'settings of the tap; may be repeated; ENV', fileNames)
    .option('--catalog <file>', 'the streams that a sync would read', fileName)
    .addOption(selectOption())
    .option('--all', 'list every stream, also those that are neither selected nor a problem')
    .addOption(new Option('--deep', 'try out on this account what the tap assumes of Close').conflicts('all'))
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .addHelpText('after', CHECK_HELP)
    .action(({ config, ...flags }: CheckFlags, check: Program) => {
      if (config === undefined) check.error(noConfig('tap-closeio check --config config.json'));
      const problem = chosenTwice({ config, ...flags });
      if (problem !== null) check.error(problem);
      ask({ kind: 'check', config, ...flags });
    });
};
