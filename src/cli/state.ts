import { InvalidArgumentError, Option, type Command as Program } from 'commander';
import type { Instant } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';
import { allowBackwards, fileName, type KeepFlag, STATE, withKeep } from './options.ts';

export interface StateShow {
  readonly kind: 'state-show';
  readonly state: string;
  readonly format: 'text' | 'json';
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
  readonly format: 'text' | 'json';
}

export interface StateRestore {
  readonly kind: 'state-restore';
  readonly state: string;
  /** An older state's file, or `latest`. */
  readonly from: string;
  readonly keep: KeepFlag;
}

export type StateCommand = StateShow | StateList | StateReset | StateRestore | StateRotate;

const ROTATE_HELP = `
Lines that are no states, and a last line that is cut off, are passed over.

Example:
  tap-closeio --config config.json --state state.json | target-jsonl > out.jsonl
  tap-closeio state rotate --state state.json --in out.jsonl`;

const RESET_HELP = `
Examples:
  tap-closeio state reset --state state.json leads                  read all leads again
  tap-closeio state reset --state state.json --to 2026-11-01 --all  go back to November
  tap-closeio state reset --state state.json --to 2026-11-01 leads  also before the first run`;

interface ShowFlags {
  readonly state: string;
  readonly format: 'text' | 'json';
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
  throw new InvalidArgumentError('It must be a date such as 2026-01-01 or 2026-01-01T00:00:00Z.');
};

const RESTORE_HELP = `
What the file holds now stays beside it, so that a restore can be undone by another one.

Examples:
  tap-closeio state restore --state state.json                      the newest older state
  tap-closeio state restore --state state.json state.json.2026-11-01T05-00-00.000Z`;

/** Adds the commands of a state file to the command line. */
export const addState = (program: Program, ask: (command: StateCommand) => void): void => {
  const state = program.command('state').description('show, reset, restore or store a state file');
  state
    .command('show')
    .description('print how far each stream has come')
    .requiredOption(STATE, 'the state file', fileName)
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(({ state: file, format }: ShowFlags) => ask({ kind: 'state-show', state: file, format }));
  state
    .command('list')
    .description('list the older states beside a state file')
    .requiredOption(STATE, 'the state file', fileName)
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(({ state: file, format }: ShowFlags) => ask({ kind: 'state-list', state: file, format }));
  withKeep(
    state
      .command('restore')
      .description('put an older state back in place')
      .argument('[file]', 'which one; latest: the newest', 'latest')
      .requiredOption(STATE, 'the state file', fileName),
  )
    .addHelpText('after', RESTORE_HELP)
    .action((from: string, { state: file, keep }: RestoreFlags) =>
      ask({ kind: 'state-restore', state: file, from, keep }),
    );
  withKeep(
    state
      .command('reset')
      .description('remove the bookmarks of streams, or set them to a date; keep a copy of the old state')
      .argument('[stream...]', 'whose bookmarks')
      .requiredOption(STATE, 'the state file', fileName)
      .option('--all', 'of all streams')
      .option('--to <date>', 'set them to this date, instead of removing them', date),
  )
    .addHelpText('after', RESET_HELP)
    .action((streams: readonly string[], { state: file, all, to, keep }: ResetFlags, reset: Program) => {
      if (all ? streams.length > 0 : streams.length === 0) reset.error('name the streams, or --all');
      ask({ kind: 'state-reset', state: file, streams: all ? 'all' : streams, to: to ?? null, keep });
    });
  withKeep(
    state
      .command('rotate')
      .description("store the last state in a target's output, as `run` does; for pipelines of your own")
      .requiredOption(STATE, 'the state file to store it in', fileName)
      .option('--in <file>', "the target's output; -: standard input", fileName, '-'),
  )
    .addOption(allowBackwards())
    .addHelpText('after', ROTATE_HELP)
    .action(({ state: file, in: from, keep, allowBackwards: allow }: RotateFlags) =>
      ask({ kind: 'state-rotate', state: file, in: from, keep, allowBackwards: allow === true }),
    );
};
