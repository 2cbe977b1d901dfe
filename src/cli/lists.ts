import type { Command as Program } from 'commander';
import { fileNames, formatOption } from './options.ts';

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

/** Adds `streams` and `fields` to the command line. */
export const addLists = (program: Program, ask: (command: StreamsCommand | FieldsCommand) => void): void => {
  program
    .command('streams')
    .description('list all streams')
    .addOption(formatOption())
    .action((flags: { readonly format: Format }) => ask({ kind: 'streams', ...flags }));
  program
    .command('fields')
    .description('list the fields of a stream')
    .argument('<stream>')
    .option(
      '-c, --config <file>',
      "settings as JSON, to list the account's own columns too; ENV: from TAP_CLOSEIO_* variables",
      fileNames,
    )
    .addOption(formatOption())
    .action((stream: string, flags: { readonly config?: readonly string[]; readonly format: Format }) =>
      ask({ kind: 'fields', stream, config: flags.config ?? [], format: flags.format }),
    );
};
