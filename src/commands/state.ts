import { readFile, stat } from 'node:fs/promises';
import type { StateList, StateReset, StateRestore, StateRotate, StateShow } from '../cli/state.ts';
import { systemClock } from '../clock.ts';
import { EXIT_INCOMPLETE, EXIT_OK, UsageError } from '../errors.ts';
import { createOtherLines } from '../pipeline/other-lines.ts';
import { readLines } from '../pipeline/output-lines.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';
import { readConfirmedState } from '../state-file/confirmed-state.ts';
import { findCopy, listCopies } from '../state-file/copies.ts';
import { copiesTable, describeCopies } from '../state-file/describe-copies.ts';
import { replaceState } from '../state-file/replace-state.ts';
import { resetState } from '../state-file/reset-state.ts';
import { describeState, stateTable } from '../state-file/show-state.ts';
import { locateStateFile, readStored } from '../state-file/state-file.ts';
import { withLock } from '../state-file/with-lock.ts';
import { streams } from '../streams/index.ts';
import { knownBookmarks } from '../tap/known-bookmarks.ts';
import type { Log } from '../terminal/log.ts';
import { fromMillis } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { nameOfInput, openInput } from './input.ts';
import type { Session } from './session.ts';
import { withKeeper } from './with-keeper.ts';

const now = () => systemClock.now();

/** Prints a state file for people, or for programs. */
export const runStateShow = async (command: StateShow, session: Session): Promise<number> => {
  const path = await locateStateFile(command.state);
  const { content, state, warnings } = await readStored(path, knownBookmarks(streams), 'afresh-if-missing');
  const copies = await listCopies(path);
  if (content === null) {
    const newest = copies.at(-1);
    const hint = newest === undefined ? '' : `; the newest older state is ${newest}`;
    throw new UsageError([`${command.state}: there is no state yet${hint}`]);
  }
  for (const warning of warnings) session.log.warning(warning);
  const at = fromMillis(now());
  const shown = describeState(state, at);
  const { mtime } = await stat(path);
  await (command.format === 'json'
    ? session.printJson({ file: path, stored_at: mtime.toISOString(), ...shown, older_states: copies })
    : session.print(stateTable(command.state, mtime, shown, copies, at, session.redact)));
  return EXIT_OK;
};

/** Lists the older states beside a state file, newest first. */
export const runStateList = async (command: StateList, session: Session): Promise<number> => {
  const path = await locateStateFile(command.state);
  const copies = await describeCopies(path, knownBookmarks(streams));
  await (command.format === 'json'
    ? session.printJson(copies)
    : session.print(copiesTable(copies, fromMillis(now()), session.redact)));
  return EXIT_OK;
};

/** Makes an older state the current one. The state that was current is kept beside the file. */
export const runStateRestore = async (command: StateRestore, session: Session): Promise<number> => {
  const path = await locateStateFile(command.state);
  return withLock(path, session, now, async () => {
    const copy = await findCopy(path, command.from);
    // Throws if the older state is damaged or belongs to another tap.
    await readStored(copy, knownBookmarks(streams), 'afresh-if-missing');
    const [content, before] = await Promise.all([readFile(copy), readFile(path).catch(() => null)]);
    await replaceState(path, content, { before, keep: command.keep, now });
    session.log.info(`${command.state}: now holds the state of ${copy}`);
    return EXIT_OK;
  });
};

/** Removes bookmarks from a state file, or sets them to a date. */
export const runStateReset = async (command: StateReset, session: Session): Promise<number> => {
  // With a bookmark in the future, the tap would never read what happens before that date.
  if (command.to !== null && command.to > fromMillis(now())) {
    throw new UsageError([`--to: ${formatInstant(command.to)} is in the future`]);
  }
  const path = await locateStateFile(command.state);
  return withLock(path, session, now, async () => {
    const known = knownBookmarks(streams);
    const { content, state, warnings } = await readStored(path, known, 'afresh-if-missing');
    // With a date, bookmarks can be set even before the first run.
    if (content === null && command.to === null)
      throw new UsageError([`${command.state}: there is no state yet, so there is nothing to reset`]);
    for (const warning of warnings) session.log.warning(warning);
    const { next, changes } = resetState(state, command, command.state, known);
    await replaceState(path, `${next.text}\n`, { before: content, keep: command.keep, now });
    for (const change of changes) session.log.info(change);
    return EXIT_OK;
  });
};

/** Stores the last state in a target's output, as `run` does. It is for people who run tap and target by themselves. */
export const runStateRotate = async (command: StateRotate, session: Session): Promise<number> => {
  const { log } = session;
  const path = await locateStateFile(command.state);
  const known = knownBookmarks(streams);
  const from = nameOfInput(command.in);
  const last = await readLastState(command, session, known);
  if (last === null) {
    log.critical(`${from}: there is no state that a target confirmed; ${command.state} stays as it is`);
    return EXIT_INCOMPLETE;
  }
  try {
    return await withKeeper(path, command, session, async (keeper) => {
      keeper.offer(last);
      const { failed, refused, stored } = await keeper.settle();
      if (refused) logUnstored(last, log);
      if (!failed)
        log.info(
          `${command.state}: ${stored > 0 ? 'now holds the newest state' : 'already held this state'}`,
        );
      return failed ? EXIT_INCOMPLETE : EXIT_OK;
    });
  } catch (error) {
    // The file could not be locked or written.
    logUnstored(last, log);
    throw error;
  }
};

/** Logs a state that could not be stored. If it came through a pipe, it exists nowhere else. */
const logUnstored = (state: State, log: Log): void => log.error(`not stored: ${state.text}`);

/** The last state in the output. A target may confirm each stream by itself: then the last state of each stream counts. */
const readLastState = async (
  command: StateRotate,
  { host, log, redact, signal }: Session,
  known: readonly KnownBookmark[],
): Promise<State | null> => {
  let last: State | null = null;
  const otherLines = createOtherLines(log, redact);
  await readLines(await openInput(command.in, { host, signal }), (line) => {
    const state = readConfirmedState(line, known);
    if (state) last = last === null ? state : last.mergedWith(state);
    else otherLines.add(line);
  });
  otherLines.sum();
  if (signal.aborted) {
    if (last !== null) logUnstored(last, log);
    throw signal.reason;
  }
  return last;
};
