import type { Command as Program } from 'commander';
import { configOption, type Format, formatOption } from './options.ts';

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
    .addOption(configOption("settings as JSON, to list the account's own columns too"))
    .addOption(formatOption())
    .action((stream: string, flags: { readonly config?: readonly string[]; readonly format: Format }) =>
      ask({ kind: 'fields', stream, config: flags.config ?? [], format: flags.format }),
    );
};
