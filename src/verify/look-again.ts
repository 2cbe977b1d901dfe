import { type ByIdPaths, isAskable, readByIds } from '../close/by-ids.ts';
import type { Row } from '../close/row.ts';
import type { Emit, WalkContext, WalkRange } from '../close/walk.ts';
import { ApiError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** No more ids are held at once. */
const IDS_AT_ONCE = 1_000;

const pathsOf = ({ byIds, lateChanges, objectType }: StreamDefinition): readonly ByIdPaths[] =>
  byIds ?? (lateChanges && objectType !== undefined ? [lateChanges(objectType)] : []);

/** Those of the ids that none of the paths but the last has brought are asked for there. */
const readAlong = async (
  paths: readonly ByIdPaths[],
  ids: readonly string[],
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  const left = new Set(ids.filter(isAskable));
  const emitHere: Emit = async (rows, done) => {
    for (const { id } of rows) left.delete(id);
    await emit(rows, done);
  };
  for (const path of paths) {
    try {
      await readByIds(path, [...left], () => true, context, emitHere);
    } catch (error) {
      // The account does not have this list.
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    }
  }
};

/** So many of the ids at a time, each asked for when it is its turn. */
function* batches(ids: Iterable<string>): Generator<readonly string[]> {
  let batch: string[] = [];
  for (const id of ids) {
    batch.push(id);
    if (batch.length < IDS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Emits objects as they are now, by their ids; where Close knows no way by ids, by reading the whole list once more.
 * @param range of the whole list, that holds them
 */
export const lookAgain = async (
  definition: StreamDefinition,
  ids: Iterable<string>,
  range: WalkRange,
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  const paths = pathsOf(definition);
  if (paths.length > 0) {
    for (const batch of batches(ids)) await readAlong(paths, batch, context, emit);
    return;
  }
  const wanted = new Set(ids);
  if (wanted.size === 0) return;
  const isWanted = ({ id }: Row): boolean => wanted.has(id);
  await definition.walk.read(range, context, (rows) => emit(rows.filter(isWanted), []));
};
