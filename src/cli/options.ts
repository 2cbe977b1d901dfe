import { InvalidArgumentError, Option, type Command as Program } from 'commander';

/** The flag that names the state file. */
export const STATE = '-s, --state <file>';

export const summary = (): Option =>
  new Option('--summary <file>', 'at the end, write a summary of the run to this file, as JSON').argParser(
    fileName,
  );

/** The message if no config is named. @param usage an example of the right command line */
export const noConfig = (usage: string): string =>
  `no --config given: write { "api_key": "api_..." } into config.json and run ${usage} (or set TAP_CLOSEIO_API_KEY ` +
  'and use --config=ENV)';

/** Reads the name of a file. An empty name is refused: a script passes one if its variable is not set. */
export const fileName = (text: string): string => {
  if (text !== '') return text;
  throw new InvalidArgumentError('Give the name of a file.');
};

/** Reads the name of one more file. */
const fileNames = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  fileName(text),
];

/** Reads one more pattern, or several with commas. */
const patterns = (text: string, before: readonly string[] = []): readonly string[] => {
  if (/[^\s,]/.test(text)) return [...before, text];
  throw new InvalidArgumentError('Give a pattern such as leads.* or contacts.name.');
};

/** The option that names the settings. */
export const configOption = (what = 'settings as JSON; may be repeated'): Option =>
  new Option('-c, --config <file>', `${what}; ENV: from TAP_CLOSEIO_* variables`).argParser(fileNames);

/** The option that chooses streams and fields without a catalog. @param what what the command does with them */
export const selectOption = (what = 'read only these streams and fields'): Option =>
  new Option(
    '--select <pattern>',
    `${what}, such as leads, contacts.name or *.custom_*; !event_log leaves one out; may be repeated, or have several with commas`,
  ).argParser(patterns);

/** The files of settings, and what to read. */
export interface Chosen {
  readonly config: readonly string[];
  readonly catalog?: string;
  readonly select?: readonly string[];
}

/** The old name of the option that names a catalog. */
export const propertiesOption = (): Option =>
  new Option('-p, --properties <file>', 'the old name of --catalog').argParser(fileName);

/** The catalog under either name. */
export const catalogIn = ({
  catalog,
  properties,
}: Pick<Partial<Chosen>, 'catalog'> & { readonly properties?: string }): string | undefined =>
  catalog ?? properties;

/** The message if both --select and --catalog are given; null otherwise. */
export const chosenTwice = ({ select, catalog }: Partial<Chosen>): string | null =>
  select === undefined || catalog === undefined
    ? null
    : 'give either --select or --catalog: both say what to read';

/** Which older states to keep beside a state file. */
export type KeepFlag = { readonly copies: number } | { readonly days: number };

const keepOf = (text: string): KeepFlag => {
  const [, digits = '', unit] = /^(\d{1,4})(d?)$/.exec(text) ?? [];
  if (digits !== '' && Number(digits) <= 1000) {
    return unit === 'd' ? { days: Number(digits) } : { copies: Number(digits) };
  }
  throw new InvalidArgumentError('Give a number of states such as 14, or of days such as 30d, up to 1000.');
};

/** Adds `--keep`. */
export const withKeep = (command: Program): Program =>
  command.addOption(
    new Option(
      '--keep <number>',
      'how many older states to keep beside the state file: a number, or a time such as 30d (days)',
    )
      .argParser(keepOf)
      .default({ copies: 14 }, '14'),
  );

export const allowBackwards = (): Option =>
  new Option(
    '--allow-backwards',
    'store a state even if it is a minute or more older than the one in the file; start without a state if the file is missing',
  );

/** How a command prints its result: for people, or for programs. */
export type Format = 'text' | 'json';

/** The option that chooses how a command prints its result. */
export const formatOption = (): Option =>
  new Option('--format <format>', 'text: for people; json: for programs')
    .choices(['text', 'json'])
    .default('text');

/** Reads a number of things, or of seconds. */
export const wholeNumber =
  (most: number) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from 0 to ${most}.`);
  };
