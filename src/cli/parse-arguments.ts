import { CommanderError, Option, Command as Program } from 'commander';
import { EXIT_OK, EXIT_USAGE } from '../errors.ts';
import { addCheck } from './check.ts';
import type { AboutCommand, Command, TestCommand } from './command.ts';
import { handOn } from './hand-on.ts';
import { addHelp } from './help.ts';
import { addLists } from './lists.ts';
import {
  type Chosen,
  catalogIn,
  chosenTwice,
  configOption,
  fileName,
  noConfig,
  propertiesOption,
  STATE,
  selectOption,
  summary,
} from './options.ts';
import { reportInOneLine } from './report-in-one-line.ts';
import { addRun } from './run.ts';
import { addState } from './state.ts';
import { explainWord } from './unknown-word.ts';
import { addVerify } from './verify.ts';
import { addViews } from './views.ts';

interface Text {
  write(text: string): void;
}

interface Flags extends Partial<Chosen> {
  readonly state?: string;
  readonly properties?: string;
  readonly discover?: true;
  readonly about?: true;
  readonly format: AboutCommand['format'];
  readonly test?: TestCommand['level'];
  readonly summary?: string;
  readonly version?: true;
  readonly v?: true;
  readonly underRun?: true;
}

const EXAMPLES = `
Examples:
  tap-closeio --config config.json | target-jsonl             read everything since start_date
  tap-closeio --config config.json --state state.json         read what is new since that state
  tap-closeio --config config.json --select leads.name,tasks  read only these streams and fields
  tap-closeio streams                                         list the streams
  tap-closeio fields leads                                    list the fields of a stream
  tap-closeio --config config.json --discover > catalog.json  list both, as a catalog
  tap-closeio run --config config.json --state state.json -- target-jsonl
                                                              run tap and target, for cron
  TAP_CLOSEIO_API_KEY=api_... tap-closeio --config=ENV        settings from the environment

Records go to standard output, log messages to standard error.

Exit codes:
  0         done
  1         something was not synced
  2         the command line or a file is wrong
  75        another run is still going on (run and state)
  130, 143  stopped by Ctrl-C or SIGTERM`;

/**
 * Reads the command line. Help, and messages about mistakes, are written here.
 * @returns the command, or the exit code if there is nothing more to do
 */
export const parseArguments = (
  argv: readonly string[],
  out: Text,
  err: Text,
  version: string,
): Command | { readonly exit: number } => {
  let command: Command | null = null;
  const program = new Program('tap-closeio').exitOverride().configureOutput({
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
  });
  define(program, version, (asked) => {
    command = asked;
  });
  reportInOneLine(program, 'tap-closeio');
  try {
    refuseWord(argv[0], program);
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? EXIT_OK : EXIT_USAGE };
    throw error;
  }
  return command ?? { exit: EXIT_USAGE };
};

const namesIn = (program: Program): string[] => program.commands.map((command) => command.name());

/** Looks for a misspelt command first. Commander would name the command's options as the mistake. */
const refuseWord = (word: string | undefined, program: Program): void => {
  if (word === undefined || word.startsWith('-') || namesIn(program).includes(word)) return;
  program.error(explainWord(word, namesIn(program)));
};

/** Defines the command line. Each command calls `ask` with what the user wants. */
const define = (program: Program, version: string, ask: (command: Command) => void): void => {
  program
    .description(
      `tap-closeio ${version} reads a Close (close.com) account and writes its records as Singer messages, which any Singer target can load.`,
    )
    .usage('--config <file> [--state <file>] [--catalog <file>]')
    .addOption(configOption('settings as JSON (api_key, start_date, ...); may be repeated, later files win'))
    .option(STATE, 'continue where the run that wrote this state stopped', fileName)
    .option('--catalog <file>', 'which streams and fields to read; without it, the default streams', fileName)
    .addOption(propertiesOption())
    .addOption(selectOption())
    .addOption(summary())
    .option(
      '-d, --discover',
      'print the catalog of streams and fields, and stop; with --catalog or --state, columns keep the types that are noted there',
    )
    .option('--about', 'print what this tap can do, and every setting, and stop')
    .addOption(
      new Option('--format <format>', 'the format of --about')
        .choices(['text', 'json', 'markdown'])
        .default('text'),
    )
    .addOption(
      new Option('--test [what]', 'read one record of each stream, and stop; schema: write the schemas only')
        .choices(['all', 'schema'])
        .preset('all'),
    )
    .option('-V, --version', 'print the version, and stop')
    .addOption(new Option('-v').hideHelp())
    .helpOption('-h, --help', 'print this help, and stop')
    .addOption(new Option('--dev').hideHelp()) // Taps that use singer-python have this option. It does nothing here.
    .addOption(new Option('--under-run').hideHelp()) // Only `run` uses this.
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments()
    .enablePositionalOptions()
    .hook('preSubcommand', handOn)
    // Commander's own message does not name the argument that is too many.
    .hook('preAction', (_program, command) => {
      const taken = command.registeredArguments;
      const word = taken.some(({ variadic }) => variadic) ? undefined : command.args[taken.length];
      if (word === undefined) return;
      command.error(command === program ? explainWord(word, namesIn(program)) : `unknown argument '${word}'`);
    });
  addLists(program, ask);
  addCheck(program, ask);
  addVerify(program, ask);
  addRun(program, ask);
  addState(program, ask);
  addViews(program, ask);
  addHelp(program);
  program.action(() => {
    const command = toCommand(program.opts<Flags>());
    const reads = command?.kind === 'sync' || command?.kind === 'test';
    const problem = reads ? chosenTwice(command) : null;
    if (problem !== null) program.error(problem);
    if (command) return ask(command);
    program.error(noConfig('tap-closeio --config config.json'));
  });
};

/**
 * --version, --about and --discover count even if files are named too: Meltano passes --state to --discover, and every
 * file to --about.
 * @returns null if a config is needed and none is named
 */
const toCommand = (flags: Flags): Command | null => {
  const { config = [], state } = flags;
  const catalog = catalogIn(flags);
  const select = flags.select === undefined ? {} : { select: flags.select };
  const chosen = { ...(catalog === undefined ? {} : { catalog }), ...select };
  if (flags.version || flags.v) return { kind: 'version' };
  if (flags.about) return { kind: 'about', format: flags.format };
  const continued = state === undefined ? {} : { state };
  if (flags.discover) return { kind: 'discover', config, ...continued, ...chosen };
  if (config.length === 0) return null;
  if (flags.test) return { kind: 'test', level: flags.test, config, ...chosen };
  const how = {
    ...(flags.summary === undefined ? {} : { summary: flags.summary }),
    ...(flags.underRun ? { underRun: true as const } : {}),
  };
  return { kind: 'sync', config, ...continued, ...chosen, ...how };
};
