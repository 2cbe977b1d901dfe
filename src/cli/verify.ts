import { Option, type Command as Program } from 'commander';
import { type Chosen, chosenTwice, fileName, fileNames, noConfig, STATE, selectOption } from './options.ts';

export interface VerifyCommand extends Chosen {
  readonly kind: 'verify';
  /** None where the file of ids tells them. */
  readonly streams: readonly string[];
  /** `-` is standard input. */
  readonly ids: string;
  readonly state?: string;
  /** `-` is standard output. */
  readonly repair?: string;
  readonly list?: string;
  readonly format: 'text' | 'json';
}

const VERIFY_HELP = `
The ids come one a line, or as CSV or JSON lines with a column id. With the column
date_updated, rows that are out of date are found too. A column stream tells several
streams apart. With the state that belongs to the warehouse, what the next run is still
to bring is not missing.

Reads all ids and dates of the stream (a light request for 200 rows or 100), and looks at each
suspect once more. Writes nothing to Close.

Examples:
  psql --csv -c 'select id, date_updated from leads' | \\
    tap-closeio verify leads --config config.json --state state.json
  tap-closeio verify leads --config config.json --ids leads.csv --list wrong.csv
  tap-closeio verify leads --config config.json --ids leads.csv --repair - | target-jsonl

The repair has the records that are missing or out of date, and no state: the bookmarks stay
as they are.

Exit codes:
  0  nothing is missing
  1  something is missing (also if it was repaired), or a stream could not be read
  2  the command line or a file is wrong`;

interface VerifyFlags extends Omit<Chosen, 'config'> {
  readonly config?: readonly string[];
  readonly ids: string;
  readonly state?: string;
  readonly repair?: string;
  readonly list?: string;
  readonly format: 'text' | 'json';
}

/** Adds `verify` to the command line. */
export const addVerify = (program: Program, ask: (command: VerifyCommand) => void): void => {
  program
    .command('verify')
    .description('compare the ids that a warehouse holds with those that Close has')
    .usage('[stream...] --config <file> --ids <file> [options]')
    .argument('[stream...]', 'whose ids they are; none if the file has a column stream')
    .option('-c, --config <file>', 'settings of the tap; may be repeated; ENV', fileNames)
    .addOption(
      new Option('--ids <file>', 'what the warehouse holds; -: standard input')
        .argParser(fileName)
        .default('-', 'standard input'),
    )
    .option(STATE, 'the state that belongs to the warehouse', fileName)
    .option('--catalog <file>', 'which fields a repair has', fileName)
    .addOption(selectOption())
    .option(
      '--repair <file>',
      'write the records that are missing or out of date as Singer messages; -: standard output',
      fileName,
    )
    .option('--list <file>', 'write every id that is missing, out of date or gone, as CSV', fileName)
    .addOption(
      new Option('--format <format>', 'for people, or for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText('after', VERIFY_HELP)
    .action((streams: readonly string[], { config, ...flags }: VerifyFlags, verify: Program) => {
      if (config === undefined) verify.error(noConfig('tap-closeio verify leads --config config.json'));
      const problem = chosenTwice({ config, ...flags });
      if (problem !== null) verify.error(problem);
      if (flags.repair === '-' && flags.format === 'json')
        verify.error(
          '--format json and --repair - both write to standard output; name a file for one of them',
        );
      ask({ kind: 'verify', streams, config, ...flags });
    });
};
