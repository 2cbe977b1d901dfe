import { Option, type Command as Program } from 'commander';
import { fileNames } from './options.ts';

type Format = 'text' | 'json';

/** Lists the streams. */
export interface StreamsCommand {
  readonly kind: 'streams';
  readonly format: Format;
}

/** Lists the fields of a stream. */
export interface FieldsCommand {
  readonly kind: 'fields';
  readonly stream: string;
  readonly config: readonly string[];
  readonly format: Format;
}

const format = (): Option =>
  new Option('--format <format>', 'as a table for people, or for programs')
    .choices(['text', 'json'])
    .default('text');

/** Adds `streams` and `fields` to the command line. */
export const addLists = (program: Program, ask: (command: StreamsCommand | FieldsCommand) => void): void => {
  program
    .command('streams')
    .description('list all streams')
    .addOption(format())
    .action((flags: { readonly format: Format }) => ask({ kind: 'streams', ...flags }));
  program
    .command('fields')
    .description('list the fields of a stream')
    .argument('<stream>')
    .option(
      '-c, --config <file>',
      "settings of the tap; with them, the account's own columns too; ENV",
      fileNames,
    )
    .addOption(format())
    .action((stream: string, flags: { readonly config?: readonly string[]; readonly format: Format }) =>
      ask({ kind: 'fields', stream, config: flags.config ?? [], format: flags.format }),
    );
};
