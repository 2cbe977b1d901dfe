import { Option, type Command as Program } from 'commander';
import {
  type Chosen,
  chosenTwice,
  configOption,
  type Format,
  fileName,
  formatOption,
  noConfig,
  STATE,
  selectOption,
} from './options.ts';

export interface VerifyCommand extends Chosen {
  readonly kind: 'verify';
  /** The streams to verify; none if the file of ids names them. */
  readonly streams: readonly string[];
  /** The file of ids; `-` is standard input. */
  readonly ids: string;
  readonly state?: string;
  /** The file for the missing and stale records; `-` is standard output. */
  readonly repair?: string;
  readonly list?: string;
  readonly format: Format;
}

const VERIFY_HELP = `
The file of ids has one id per line, or is CSV or JSON lines with a column id. If it has a
column date_updated, verify also finds rows that are out of date. If it has ids of several
streams, a column stream must name them. Give the state that belongs to the warehouse: then
rows that the next run will read do not count as missing.

Reads all ids and dates of the stream (one light request for 100 or 200 rows), and reads each
row that seems wrong once more. Changes nothing in Close.

Examples:
  psql --csv -c 'select id, date_updated from leads' | \\
    tap-closeio verify leads --config config.json --state state.json
  tap-closeio verify leads --config config.json --ids leads.csv --list wrong.csv
  tap-closeio verify leads --config config.json --ids leads.csv --repair - | target-jsonl

--repair writes the records that are missing or out of date. It writes no state, so the
bookmarks stay as they are.

Exit codes:
  0  nothing is missing
  1  something is missing (even if --repair wrote it), or a stream could not be read
  2  the command line or a file is wrong`;

interface VerifyFlags extends Partial<Chosen> {
  readonly ids: string;
  readonly state?: string;
  readonly repair?: string;
  readonly list?: string;
  readonly format: Format;
}

/** Adds `verify` to the command line. */
export const addVerify = (program: Program, ask: (command: VerifyCommand) => void): void => {
  program
    .command('verify')
    .description('compare the ids that a warehouse holds with those that Close has')
    .usage('[stream...] --config <file> [--ids <file>] [options]')
    .argument('[stream...]', 'the streams of the ids; not needed if the file has a column stream')
    .addOption(configOption())
    .addOption(
      new Option('--ids <file>', 'the ids that the warehouse holds; -: standard input')
        .argParser(fileName)
        .default('-', 'standard input'),
    )
    .option(STATE, 'the state that belongs to the warehouse', fileName)
    .option('--catalog <file>', 'which fields --repair writes', fileName)
    .addOption(selectOption('which fields --repair writes'))
    .option(
      '--repair <file>',
      'write the records that are missing or out of date as Singer messages; -: standard output',
      fileName,
    )
    .option('--list <file>', 'write every id that is missing, out of date or gone, as CSV', fileName)
    .addOption(formatOption())
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
