import { Option, type Command as Program } from 'commander';
import {
  allowBackwards,
  type Chosen,
  catalogIn,
  chosenTwice,
  configOption,
  fileName,
  type KeepFlag,
  noConfig,
  propertiesOption,
  STATE,
  selectOption,
  summary,
  wholeNumber,
  withKeep,
} from './options.ts';

export interface RunCommand extends Chosen {
  readonly kind: 'run';
  readonly state: string;
  readonly summary?: string;
  readonly target: { readonly file: string; readonly args: readonly string[] };
  readonly keep: KeepFlag;
  readonly allowBackwards: boolean;
  readonly targetTimeoutSeconds: number;
  readonly graceSeconds: number;
}

const RUN_HELP = `
Everything after -- is the target's command line. It is used as it is.

Whenever the target confirms a state, the state file is replaced, always as a whole. A state that
is older by a minute or more is not stored, unless you say --allow-backwards. If the run found
something new, the state from before it is kept beside the file, as state.json.<time>.
The first run needs no state file. Only one run can use a state file at a time: the lock is
state.json.lock.
At Ctrl-C or SIGTERM the tap stops, the target loads what it has received, and the state is
stored. A second Ctrl-C or SIGTERM ends both at once.

Example, for cron:
  tap-closeio run --config config.json --state state.json -- target-jsonl --config target.json

Exit codes:
  0             done
  1             something was not synced or not stored
  2             the command line or a file is wrong; nothing was started
  75            another run is still going on; nothing was done
  126, 127      the target cannot be executed, or was not found
  129, 130, 143 stopped by a closed terminal, Ctrl-C or SIGTERM
  other         the exit code of the tap or the target, whichever failed`;

interface RunFlags extends Partial<Chosen> {
  readonly state: string;
  readonly properties?: string;
  readonly summary?: string;
  readonly keep: KeepFlag;
  readonly allowBackwards?: true;
  readonly targetTimeout: number;
  readonly grace: number;
}

/** Adds `run` to the command line. */
export const addRun = (program: Program, ask: (command: RunCommand) => void): void => {
  withKeep(
    program
      .command('run')
      .description('run this tap and a target together, and keep the state: for cron')
      .usage('--config <file> --state <file> [options] -- <target> [its arguments]')
      .argument('[target...]')
      .addOption(configOption())
      .requiredOption(STATE, 'the state file; the first run creates it', fileName)
      .option('--catalog <file>', 'which streams and fields to read', fileName)
      .addOption(propertiesOption())
      .addOption(selectOption()),
  )
    .addOption(allowBackwards())
    .addOption(summary())
    .addOption(
      new Option('--target-timeout <seconds>', 'end the target if it does nothing for this long; 0: never')
        .argParser(wholeNumber(1_000_000))
        .default(3600),
    )
    .addOption(
      new Option('--grace <seconds>', 'after a signal, how long tap and target may take to stop; 0: no limit')
        .argParser(wholeNumber(1_000_000))
        .default(60),
    )
    .addHelpText('after', RUN_HELP)
    .passThroughOptions()
    .action((words: readonly string[], flags: RunFlags, run: Program) => {
      const { config } = flags;
      const [file, ...args] = words;
      if (config === undefined)
        run.error(noConfig('tap-closeio run --config config.json --state state.json -- target'));
      if (!file) run.error('no target given: write its command line after --');
      const catalog = catalogIn(flags);
      const problem = catalog === undefined ? null : chosenTwice({ ...flags, catalog });
      if (problem !== null) run.error(problem);
      ask({
        kind: 'run',
        config,
        state: flags.state,
        ...(catalog === undefined ? {} : { catalog }),
        ...(flags.select === undefined ? {} : { select: flags.select }),
        ...(flags.summary === undefined ? {} : { summary: flags.summary }),
        target: { file, args },
        keep: flags.keep,
        allowBackwards: flags.allowBackwards === true,
        targetTimeoutSeconds: flags.targetTimeout,
        graceSeconds: flags.grace,
      });
    });
};
