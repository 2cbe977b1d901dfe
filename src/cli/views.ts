import { Option, type Command as Program } from 'commander';
import { fileName } from './options.ts';

/** Prints SQL views for people who query the warehouse. */
export interface ViewsCommand {
  readonly kind: 'views';
  readonly catalog: string;
  readonly dialect: 'postgres' | 'duckdb';
  /** The database schema of the tables. */
  readonly schema?: string;
}

const VIEWS_HELP = `
Prints SQL statements for tables as meltanolabs-target-postgres and target-duckdb store
them. Run the statements again whenever the catalog has changed:
  tap-closeio --config config.json --discover > catalog.json
  tap-closeio views --dialect postgres --schema close --catalog catalog.json | psql`;

/** Adds `views` to the command line. */
export const addViews = (program: Program, ask: (command: ViewsCommand) => void): void => {
  program
    .command('views')
    .description(
      'print SQL views over the tables of a target: calls, e-mails, custom fields by name, and more',
    )
    .usage('--dialect <dialect> --catalog <file> [--schema <name>]')
    .addOption(
      new Option('--dialect <dialect>', 'the database').choices(['postgres', 'duckdb']).makeOptionMandatory(),
    )
    .requiredOption('--catalog <file>', 'the streams and fields that a sync reads', fileName)
    .option(
      '--schema <name>',
      "the database schema of the tables; without it, the database's own search path",
    )
    .addHelpText('after', VIEWS_HELP)
    .action((flags: Omit<ViewsCommand, 'kind'>) => ask({ kind: 'views', ...flags }));
};
