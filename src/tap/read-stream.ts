import { instantOf, type Row } from '../close/row.ts';
import type { Emit, WalkList } from '../close/walk.ts';
import { ProtocolError } from '../errors.ts';
import type { Span } from '../time/span.ts';
import { followsChanges, markChanges } from './follow-changes.ts';
import { createKnownRows } from './known-rows.ts';
import type { OpenStream } from './open-stream.ts';
import type { Run } from './run.ts';

/** Ends a walk after a trial has seen enough records. */
class EnoughError extends Error {
  override name = 'EnoughError';
}

/**
 * Reads one stream from its bookmark to the present, and writes each page as it comes.
 * @param onWritten called with the rows that were written
 * @throws if the stream could not be read in full. Then its bookmark covers only what was read without a gap
 */
export const readStream = async (
  stream: OpenStream,
  run: Run,
  onWritten: (rows: readonly Row[]) => void,
): Promise<void> => {
  const { books, definition, key } = stream;
  const { enough } = run;

  const knownRows = createKnownRows(definition.name, key, run.state);
  let inRange = 0;
  let isMarked = stream.changesSince !== null || !followsChanges(stream, run);

  /**
   * Writes rows and then counts them, without an `await` in between, so no state can be written before they are counted. If
   * a row throws, its whole page is not counted. Everything that marks rows as done belongs here, after `stream.write`.
   */
  const put = (rows: readonly Row[], done: readonly Span[], list: WalkList): void => {
    run.show(rows);
    const dates = key === null ? [] : rows.flatMap((row) => instantOf(row, key) ?? []);
    if (rows.length > 0) stream.write(rows, dates.at(-1) ?? null);
    inRange += rows.length;
    run.onProgress(definition.name, { records: stream.records(), inRange });
    onWritten(rows);
    if (definition.showsChanges) run.onEvents?.(rows);
    // A row without an id cannot be written. It may have an id later, so from its page on nothing counts as done.
    if (enough !== null || stream.withoutId() > 0) return;
    books.add(done, dates, list);
    if (done.length > 0) books.save(false);
  };

  const emit: Emit = async (found, done, list = 'main') => {
    await stream.ready;
    const whole = await stream.fillIn(found);
    // A first run reads everything after its own start, even if it is interrupted.
    if (!isMarked) markChanges(stream, run);
    isMarked = true;
    put(enough === null ? whole : whole.slice(0, Math.max(0, enough - stream.records())), done, list);
    await run.settle();
    if (enough !== null && stream.records() >= enough) throw new EnoughError();
  };

  try {
    await definition.walk.read(books.range, { ...stream.context, isKnown: knownRows.isKnown }, emit);
  } catch (error) {
    if (error instanceof EnoughError) return;
    throw error;
  }
  if (stream.withoutId() > 0) {
    throw new ProtocolError(`skipped ${stream.withoutId()} rows without an id`);
  }
  if (enough !== null) return;
  knownRows.save();
  if (knownRows.tooMany)
    run.log.info(
      'the list has more rows than a state can remember, so each run writes all of them',
      definition.name,
    );
  books.save(true);
  run.state.endRefill(definition.name);
};
