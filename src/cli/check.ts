import { Option, type Command as Program } from 'commander';
import {
  type Chosen,
  chosenTwice,
  configOption,
  type Format,
  fileName,
  formatOption,
  noConfig,
  selectOption,
} from './options.ts';

export interface CheckCommand extends Chosen {
  readonly kind: 'check';
  /** List every stream. */
  readonly all?: true;
  /** Try out what the tap assumes of Close. */
  readonly deep?: true;
  readonly format: Format;
}

const CHECK_HELP = `
Asks Close whose key it is, and reads a page of every stream. Writes no records.
--deep tries out on your account what this tap assumes of Close, with at most
100 light requests. Its report shows no content, id, name or key, so you can
attach it to a bug report.

Exit codes:
  0  a sync would work (--deep: nothing was found that harms a selected stream)
  1  a sync would not work (--deep: a selected stream would be harmed)
  2  the command line or a file is wrong`;

interface CheckFlags extends Partial<Chosen> {
  readonly all?: true;
  readonly deep?: true;
  readonly format: Format;
}

/** Adds `check` to the command line. */
export const addCheck = (program: Program, ask: (command: CheckCommand) => void): void => {
  program
    .command('check')
    .description('say whether the key works, whose it is, and which streams it may read')
    .usage('--config <file> [--catalog <file> | --select <pattern>]')
    .addOption(configOption())
    .option('--catalog <file>', 'the streams that a sync would read', fileName)
    .addOption(selectOption('the streams that a sync would read'))
    .option('--all', 'list every stream, not only those that are selected or cannot be read')
    .addOption(new Option('--deep', 'try out on this account what the tap assumes of Close').conflicts('all'))
    .addOption(formatOption())
    .addHelpText('after', CHECK_HELP)
    .action(({ config, ...flags }: CheckFlags, check: Program) => {
      if (config === undefined) check.error(noConfig('tap-closeio check --config config.json'));
      const problem = chosenTwice({ config, ...flags });
      if (problem !== null) check.error(problem);
      ask({ kind: 'check', config, ...flags });
    });
};
