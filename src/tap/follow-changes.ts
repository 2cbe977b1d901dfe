import { readByIds } from '../close/by-ids.ts';
import { type Change, type Changes, readChanges } from '../close/changes.ts';
import type { WalkContext } from '../close/walk.ts';
import { ApiError, isRefused } from '../errors.ts';
import { DAY, floorSecond, formatInstant, type Instant, MINUTE } from '../time.ts';
import { DELETED_AT } from './describe-streams.ts';
import type { OpenStream } from './open-stream.ts';
import type { Run } from './run.ts';

/** Events turn up late; what is a little older is looked at again. */
const MARGIN = 5 * MINUTE;
/** How far back the event log reaches. */
export const CHANGES_REACH = 30 * DAY;

/** Whether the run follows this stream's changes in the event log. */
export const followsChanges = (
  { selected, definition, key }: Pick<OpenStream, 'selected' | 'definition' | 'key'>,
  { config, enough }: Pick<Run, 'config' | 'enough'>,
): boolean =>
  enough === null &&
  ((definition.lateChanges !== undefined && config.lateActivityChanges && key !== null) ||
    (definition.objectType !== undefined && config.emitDeletes && DELETED_AT in selected.schema.properties));

/** The key that says since when; only with it does the next run know what it has missed. */
export const markChanges = ({ definition }: OpenStream, run: Run): void =>
  run.state.set(definition.name, { changes_since: formatInstant(run.startedAt() - MARGIN) });

const warnOfGap = (stream: OpenStream, since: Instant, run: Run): void => {
  const reach = run.startedAt() - CHANGES_REACH;
  if (since >= reach) return;
  run.log.warning(
    `the event log keeps no more than 30 days; later changes and deletes from ${formatInstant(since)} to ` +
      `${formatInstant(reach)} cannot be seen any more`,
    stream.definition.name,
  );
};

/** Emits what was changed and is not among the ids that this run has written already. */
const emitLate = async (
  stream: OpenStream,
  changes: readonly Change[],
  written: ReadonlySet<string>,
): Promise<void> => {
  const pathOf = stream.definition.lateChanges;
  if (!pathOf) return;
  const late = changes.filter(({ deleted, objectId }) => !deleted && !written.has(objectId));
  for (const path of new Set(late.map(({ objectType }) => pathOf(objectType)))) {
    const ids = late.flatMap(({ objectType, objectId }) => (pathOf(objectType) === path ? objectId : []));
    const emit: WalkContext['emit'] = async (rows) => stream.write(await stream.fillIn(rows), null);
    try {
      await readByIds(path, ids, { ...stream.context, emit });
    } catch (error) {
      // An account without the list has no such rows to fetch.
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      stream.context.warn(`${path} does not exist in this account; its rows are not read`);
    }
  }
};

const emitDeleted = (stream: OpenStream, changes: readonly Change[]): Promise<void> => {
  const { deleted: fieldsOf = () => ({}) } = stream.definition;
  const rows = changes.flatMap(({ objectType, objectId, at, deleted, previous }) => {
    const fields = deleted ? fieldsOf(objectType) : null;
    return fields ? [{ ...previous, ...fields, id: objectId, [DELETED_AT]: formatInstant(at) }] : [];
  });
  return rows.length > 0 ? stream.write(rows, null) : Promise.resolve();
};

export interface Followed {
  readonly stream: OpenStream;
  /** Ids that this run has written of it. */
  readonly written: ReadonlySet<string>;
}

/**
 * Emits what the walks cannot see: activities that changed outside their look-back, meetings that were moved while the
 * run was reading from where it had yet to read to where it had been, and deletes. All come from the event log, which
 * reaches back 30 days and is not open to every key.
 * @param told the run has read the events up to its start anyway, and put them into `changes`
 * @param onFailure told of a stream whose changes could not be followed in full
 */
export const followChanges = async (
  followed: readonly Followed[],
  changes: Changes,
  told: boolean,
  run: Run,
  onFailure: (stream: string, error: unknown) => void,
): Promise<void> => {
  const [first] = followed;
  if (!first) return;
  const started = run.startedAt();
  const sinceOf = ({ changesSince }: OpenStream): Instant => changesSince ?? started;
  const from = told ? started : Math.min(...followed.map(({ stream }) => sinceOf(stream)));
  try {
    const nameless = (count: number): void => {
      if (count > 0) run.log.error(`${count} events came without an id; what they tell is not followed`);
    };
    const context = { ...first.stream.context, nameless, emit: async () => {} };
    await readChanges(floorSecond(Math.max(from, started - CHANGES_REACH)), changes, context);
  } catch (error) {
    if (!isRefused(error)) throw error;
    run.log.warning('the event log may not be read with this key: changes and deletes in it are not seen');
    return;
  }
  for (const { stream, written } of followed) {
    const { definition } = stream;
    try {
      if (definition.objectType !== undefined) {
        const since = sinceOf(stream);
        warnOfGap(stream, since, run);
        const seen = changes.of(definition.objectType, since);
        if (run.config.lateActivityChanges) await emitLate(stream, seen, written);
        if (run.config.emitDeletes) await emitDeleted(stream, seen);
      }
      markChanges(stream, run);
    } catch (error) {
      onFailure(definition.name, error);
    }
  }
};
