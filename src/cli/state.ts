import { InvalidArgumentError, type Command as Program } from 'commander';
import type { Instant } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';
import {
  allowBackwards,
  type Format,
  fileName,
  formatOption,
  type KeepFlag,
  STATE,
  withKeep,
} from './options.ts';

export interface StateShow {
  readonly kind: 'state-show';
  readonly state: string;
  readonly format: Format;
}

export interface StateReset {
  readonly kind: 'state-reset';
  readonly state: string;
  readonly streams: readonly string[] | 'all';
  readonly to: Instant | null;
  readonly keep: KeepFlag;
}

export interface StateRotate {
  readonly kind: 'state-rotate';
  readonly state: string;
  readonly in: string;
  readonly keep: KeepFlag;
  readonly allowBackwards: boolean;
}

export interface StateList {
  readonly kind: 'state-list';
  readonly state: string;
  readonly format: Format;
}

export interface StateRestore {
  readonly kind: 'state-restore';
  readonly state: string;
  /** The file of an older state, or `latest`. */
  readonly from: string;
  readonly keep: KeepFlag;
}

export type StateCommand = StateShow | StateList | StateReset | StateRestore | StateRotate;

const ROTATE_HELP = `
Ignores lines that hold no state, and a last line that is incomplete.

Example:
  tap-closeio --config config.json --state state.json | target-jsonl > out.jsonl
  tap-closeio state rotate --state state.json --in out.jsonl`;

const RESET_HELP = `
Examples:
  tap-closeio state reset --state state.json leads                  read all leads again
  tap-closeio state reset --state state.json --to 2026-11-01 --all  read all since then again
  tap-closeio state reset --state state.json --to 2026-11-01 leads  works before the first run too`;

interface ShowFlags {
  readonly state: string;
  readonly format: Format;
}

interface ResetFlags {
  readonly state: string;
  readonly all?: true;
  readonly to?: Instant;
  readonly keep: KeepFlag;
}

interface RestoreFlags {
  readonly state: string;
  readonly keep: KeepFlag;
}

interface RotateFlags {
  readonly state: string;
  readonly in: string;
  readonly keep: KeepFlag;
  readonly allowBackwards?: true;
}

const date = (text: string): Instant => {
  const at = parseInstant(text);
  if (at !== null) return at;
  throw new InvalidArgumentError('Give a date such as 2026-01-01 or 2026-01-01T00:00:00Z.');
};

const RESTORE_HELP = `
The current state is kept beside the state file, so you can undo a restore with another one.

Examples:
  tap-closeio state restore --state state.json                      go back to the newest older state
  tap-closeio state restore --state state.json state.json.2026-11-01T05-00-00.000Z`;

/** Adds `state` and its commands to the command line. */
export const addState = (program: Program, ask: (command: StateCommand) => void): void => {
  const state = program
    .command('state')
    .description('show, reset, restore or store a state file')
    .helpCommand('help [command]', 'print the help of a command');
  state
    .command('show')
    .description('print how far each stream has been read')
    .requiredOption(STATE, 'the state file', fileName)
    .addOption(formatOption())
    .action(({ state: file, format }: ShowFlags) => ask({ kind: 'state-show', state: file, format }));
  state
    .command('list')
    .description('list the older states beside a state file')
    .requiredOption(STATE, 'the state file', fileName)
    .addOption(formatOption())
    .action(({ state: file, format }: ShowFlags) => ask({ kind: 'state-list', state: file, format }));
  withKeep(
    state
      .command('restore')
      .description('make an older state the current one again')
      .argument('[file]', 'the older state; latest: the newest one', 'latest')
      .requiredOption(STATE, 'the state file', fileName),
  )
    .addHelpText('after', RESTORE_HELP)
    .action((from: string, { state: file, keep }: RestoreFlags) =>
      ask({ kind: 'state-restore', state: file, from, keep }),
    );
  withKeep(
    state
      .command('reset')
      .description('remove the bookmarks of streams, or set them to a date; a copy of the old state is kept')
      .argument('[stream...]', 'the streams whose bookmarks to reset')
      .requiredOption(STATE, 'the state file', fileName)
      .option('--all', 'reset all streams')
      .option('--to <date>', 'set the bookmarks to this date instead of removing them', date),
  )
    .addHelpText('after', RESET_HELP)
    .action((streams: readonly string[], { state: file, all, to, keep }: ResetFlags, reset: Program) => {
      if (all ? streams.length > 0 : streams.length === 0) reset.error('name the streams, or give --all');
      ask({ kind: 'state-reset', state: file, streams: all ? 'all' : streams, to: to ?? null, keep });
    });
  withKeep(
    state
      .command('rotate')
      .description("store the last state in a target's output, as `run` does; for your own pipelines")
      .requiredOption(STATE, 'the state file to store the state in', fileName)
      .option('--in <file>', "the target's output; -: standard input", fileName, '-'),
  )
    .addOption(allowBackwards())
    .addHelpText('after', ROTATE_HELP)
    .action(({ state: file, in: from, keep, allowBackwards: allow }: RotateFlags) =>
      ask({ kind: 'state-rotate', state: file, in: from, keep, allowBackwards: allow === true }),
    );
};
