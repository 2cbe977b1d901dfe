import { type ByIdPaths, readByIds } from '../close/by-ids.ts';
import type { Change } from '../close/changes.ts';
import { isMissing, noSuchList } from '../close/refusals.ts';
import { changedAt, type Row } from '../close/row.ts';
import type { Instant } from '../time/instant.ts';
import { END } from '../time/span.ts';
import type { OpenStream } from './open-stream.ts';
import type { Run } from './run.ts';
import type { Written } from './written.ts';

export interface Followed {
  readonly stream: OpenStream;
  /** The rows of the stream that this run has written. */
  readonly written: Written;
}

const groupedByPath = (
  changes: Iterable<Change>,
  pathsOf: (objectType: string) => ByIdPaths,
): Iterable<readonly [ByIdPaths, readonly string[]]> => {
  const groups = new Map<string, readonly [ByIdPaths, string[]]>();
  for (const { objectType, objectId } of changes) {
    const paths = pathsOf(objectType);
    const key = `${paths.list} ${paths.one}`;
    const [, ids] = groups.get(key) ?? [paths, []];
    groups.set(key, [paths, ids]);
    ids.push(objectId);
  }
  return groups.values();
};

/**
 * Emits the objects that changed and were not written in their new version.
 * @returns when the first change was made that the walk should have seen but did not; null if there was none
 */
export const emitLate = async (
  { stream, written }: Followed,
  changes: readonly Change[],
  run: Pick<Run, 'settle'>,
): Promise<Instant | null> => {
  const pathsOf = stream.definition.lateChanges;
  if (!pathsOf) return null;
  const late = new Map(
    changes.flatMap((change) =>
      change.deleted || written.of(change.objectId) >= change.version ? [] : [[change.objectId, change]],
    ),
  );
  const found: Change[] = [];
  const isCurrent = (row: Row): boolean => {
    const change = late.get(row.id);
    return change === undefined || !change.isExact || changedAt(row) >= change.version;
  };
  const emit = async (rows: readonly Row[]): Promise<void> => {
    for (const row of rows) {
      const change = late.get(row.id);
      // Other objects may change without moving the date of their lead.
      if (change && changedAt(row) >= change.version) found.push(change);
    }
    // A row that was written in this version need not be written again. Without a date, the version is not known.
    const newer = rows.filter((row) => changedAt(row) === END || changedAt(row) > written.of(row.id));
    if (newer.length > 0) stream.write(await stream.fillIn(newer), null);
    written.add(newer);
    await run.settle();
  };
  for (const [path, ids] of groupedByPath(late.values(), pathsOf)) {
    try {
      await readByIds(path, ids, isCurrent, stream.context, emit);
    } catch (error) {
      // An account that does not have the list has no such rows.
      if (!isMissing(error)) throw error;
      stream.context.warn(noSuchList(path.list ?? path.one ?? ''));
    }
  }
  return found.reduce<Instant | null>((first, { at }) => Math.min(first ?? at, at), null);
};
