import { instantOf } from '../close/row.ts';
import type { WalkContext } from '../close/walk.ts';
import { ProtocolError } from '../errors.ts';
import { followsChanges, markChanges } from './follow-changes.ts';
import type { OpenStream } from './open-stream.ts';
import type { Run } from './run.ts';

/** Ends the reading of a stream of which enough has been seen. */
class EnoughError extends Error {
  override name = 'EnoughError';
}

/**
 * Reads one stream from its bookmark to the present, writing each page as it comes. Rejects when it could not be read
 * in full; its bookmark is where it was safe.
 * @param onWritten told the ids of what was written
 */
export const readStream = async (
  stream: OpenStream,
  run: Run,
  onWritten: (ids: readonly string[]) => void,
): Promise<void> => {
  const { books, definition, key } = stream;
  const { enough } = run;

  let isMarked = stream.changesSince !== null || !followsChanges(stream, run);

  const emit: WalkContext['emit'] = async (found, done) => {
    await stream.ready;
    const whole = await stream.fillIn(found);
    // Whatever a first run reads, cut off or not, it reads after its own start.
    if (!isMarked) markChanges(stream, run);
    isMarked = true;
    const rows = enough === null ? whole : whole.slice(0, Math.max(0, enough - stream.records()));
    const dates = key === null ? [] : rows.flatMap((row) => instantOf(row, key) ?? []);
    const written = rows.length > 0 ? stream.write(rows, dates.at(-1) ?? null) : Promise.resolve();
    onWritten(rows.map((row) => row.id));
    if (definition.showsChanges) run.onEvents?.(rows);
    // The records are in the writer's hands, in order; a state that covers them can only follow them.
    if (enough === null) {
      books.add(done, dates);
      if (done.length > 0) books.save(false);
    }
    await written;
    if (enough !== null && stream.records() >= enough) throw new EnoughError();
  };

  try {
    await definition.walk.read(books.range, { ...stream.context, emit });
  } catch (error) {
    if (error instanceof EnoughError) return;
    throw error;
  }
  if (stream.nameless() > 0) {
    throw new ProtocolError(`${stream.nameless()} rows came without an id and were not emitted`);
  }
  if (enough === null) books.save(true);
};
