import { type Change, type Changes, readChanges } from '../close/changes.ts';
import { EVENT_LOG } from '../close/event-log.ts';
import { SEARCH } from '../close/search.ts';
import type { WalkContext } from '../close/walk.ts';
import { RefusedError } from '../errors.ts';
import { DELETED_AT, MERGED_INTO } from '../own-columns.ts';
import { ceilSecond, floorSecond, type Instant, MINUTE } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { END, type Span, START, subtract } from '../time/span.ts';
import { emitLate, type Followed } from './late-rows.ts';
import type { OpenStream } from './open-stream.ts';
import type { Run } from './run.ts';
import { walkContextOf } from './walk-context.ts';
import { latenessOf, sinceOf } from './written.ts';

/** Whether the run follows this stream's changes in the event log. */
export const followsChanges = (
  { selected, definition, key }: Pick<OpenStream, 'selected' | 'definition' | 'key'>,
  { config, enough }: Pick<Run, 'config' | 'enough'>,
): boolean =>
  enough === null &&
  ((definition.lateChanges !== undefined && config.late_activity_changes && key !== null) ||
    (definition.objectType !== undefined && config.emit_deletes && DELETED_AT in selected.schema.properties));

/** Notes in the state from when on changes must be followed. The next run needs it to find what this run has missed. */
export const markChanges = ({ definition, changesSince }: OpenStream, run: Run): void =>
  setChangesSince(definition.name, run.startedAt() - latenessOf(definition), changesSince, run);

/** A wrong clock may say that this run began before the last one. It must not set the time back. */
const setChangesSince = (stream: string, since: Instant, before: Instant | null, run: Run): void => {
  const known = run.clocksAgree() ? since : Math.max(since, before ?? since);
  run.state.note(stream, { changes_since: known });
};

const warnOfGap = (stream: OpenStream, since: Instant, run: Run): void => {
  const reach = run.startedAt() - EVENT_LOG.reach;
  // A walk along the date of change returns the changes by itself.
  const needsEvents = run.config.emit_deletes || stream.key !== 'date_updated';
  if (since >= reach || !needsEvents) return;
  run.log.warning(
    `the event log keeps only ${lengthOf(EVENT_LOG.reach)}; later changes and deletes from ` +
      `${formatInstant(since)} to ${formatInstant(reach)} can no longer be seen`,
    stream.definition.name,
  );
};

const emitDeleted = async (stream: OpenStream, changes: readonly Change[], run: Run): Promise<void> => {
  const { deleted: fieldsOf = () => ({}), merges } = stream.definition;
  const rows = changes.flatMap(({ objectType, objectId, at, deleted, mergedInto, previous }) => {
    const fields = deleted ? fieldsOf(objectType) : null;
    if (!fields) return [];
    const merged = merges ? { [MERGED_INTO]: mergedInto } : {};
    return [{ ...previous, ...fields, ...merged, id: objectId, [DELETED_AT]: formatInstant(at) }];
  });
  if (rows.length === 0) return;
  stream.write(rows, null);
  await run.settle();
};

/** The event log is read once, for all streams. */
const eventLogContext = (run: Run): WalkContext => ({
  ...walkContextOf(undefined, run),
  mostParents: null,
  columns: [],
  known: [],
  withoutId: (count) => {
    if (count > 0) run.log.error(`skipped ${count} events without an id`);
  },
});

/**
 * The stretches of the event log that must still be read. The run has already read everything from `readFrom` to its start.
 */
const unreadSpans = (since: Instant, readFrom: Instant, started: Instant): Span[] => {
  const reach = started - EVENT_LOG.reach;
  const from = Math.max(since, reach);
  // Both instants come from clocks that may differ slightly.
  const isRead = readFrom <= (from === reach ? from + MINUTE : from);
  const known = { from: isRead ? from : readFrom, to: started };
  return subtract({ from, to: END }, known.from < known.to ? [known] : []).map((span) => ({
    from: floorSecond(span.from),
    to: span.to === END ? END : ceilSecond(span.to),
  }));
};

/**
 * Notes from when on the next run must follow changes. It follows changes again that the index did not have yet,
 * because its search may still return the old version.
 */
const saveChangesSince = ({ definition, changesSince }: OpenStream, missed: Instant, run: Run): void => {
  const started = run.startedAt();
  const held = definition.fromIndex ? Math.max(missed, started - SEARCH.lateness) : started;
  setChangesSince(definition.name, Math.min(started - EVENT_LOG.lateness, held), changesSince, run);
};

/** When the first object was deleted that the index still returned. The index may return it to the next run too. */
const firstDeletedStillFound = ({ written }: Followed, changes: readonly Change[]): Instant =>
  Math.min(
    ...changes.filter(({ deleted, objectId }) => deleted && written.of(objectId) > START).map(({ at }) => at),
  );

/** Without the event log, the next run reads a stream from a search index further back. */
const forgetChangesSince = ({ definition }: OpenStream, run: Run): void => {
  if (definition.fromIndex) run.state.note(definition.name, { changes_since: null });
};

/**
 * Emits what the walks cannot see:
 * - activities that are older than their look-back and changed since
 * - meetings that were moved during the run, from a stretch that was still unread to one that had been read
 * - what a search index did not have yet
 * - deletes
 *
 * All come from the event log. It goes back some weeks, and not every key may read it.
 * @param readFrom from when on the run has already read the events, up to its start, and put them into `changes`
 * @param onFailure called with a stream whose changes could not be followed in full
 */
export const followChanges = async (
  followed: readonly Followed[],
  changes: Changes,
  readFrom: Instant,
  run: Run,
  onFailure: (stream: string, error: unknown) => void,
): Promise<void> => {
  if (followed.length === 0) return;
  const started = run.startedAt();
  const since = Math.min(...followed.map(({ stream }) => sinceOf(stream, started)));
  try {
    await readChanges(unreadSpans(since, readFrom, started), changes, eventLogContext(run));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    run.log.warning(
      'this key may not read the event log, so late changes and deletes are not seen; from the next run on, streams ' +
        'that are read by searching are read six hours further back',
    );
    for (const { stream } of followed) forgetChangesSince(stream, run);
    return;
  }
  for (const one of followed) {
    const { stream } = one;
    const { definition } = stream;
    try {
      if (definition.objectType === undefined) continue;
      warnOfGap(stream, sinceOf(stream, started), run);
      const seen = changes.of(definition.objectType, sinceOf(stream, started));
      const missed = run.config.late_activity_changes ? await emitLate(one, seen, run) : null;
      if (run.config.emit_deletes) await emitDeleted(stream, seen, run);
      const stillFound = run.config.emit_deletes ? firstDeletedStillFound(one, seen) : started;
      saveChangesSince(stream, Math.min(missed ?? started, stillFound), run);
    } catch (error) {
      onFailure(definition.name, error);
    }
  }
};
