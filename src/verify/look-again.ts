import { type ByIdPaths, isAskable, readByIds } from '../close/by-ids.ts';
import { isMissing } from '../close/refusals.ts';
import type { Emit, WalkContext, WalkRange } from '../close/walk.ts';
import { ProtocolError, RefusedError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** The most objects that are requested one by one. */
export const MOST_BY_ID = 1_000;

const pathsOf = ({ byIds, lateChanges, objectType }: StreamDefinition): readonly ByIdPaths[] =>
  byIds ?? (lateChanges && objectType !== undefined ? [lateChanges(objectType)] : []);

/** Tries the paths in turn, each for the ids not found so far. @returns the ids that no path found */
const readAlong = async (
  paths: readonly ByIdPaths[],
  ids: readonly string[],
  context: WalkContext,
  emit: Emit,
): Promise<readonly string[]> => {
  const left = new Set(ids);
  const emitHere: Emit = async (rows, done) => {
    for (const { id } of rows) left.delete(id);
    await emit(rows, done);
  };
  for (const path of paths) {
    try {
      await readByIds(path, [...left], () => true, context, emitHere);
    } catch (error) {
      // The account does not have this list.
      if (!isMissing(error)) throw error;
    }
  }
  return [...left];
};

/** The ids in batches of at most MOST_BY_ID. Each id is taken only when its batch is being filled. */
function* batches(ids: Iterable<string>): Generator<readonly string[]> {
  let batch: string[] = [];
  for (const id of ids) {
    if (isAskable(id)) batch.push(id);
    if (batch.length < MOST_BY_ID) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** @returns true when everything that the lists have was read; false when a list does not accept ids */
const readFromLists = async (
  paths: readonly ByIdPaths[],
  ids: Iterable<string>,
  context: WalkContext,
  emit: Emit,
): Promise<boolean> => {
  const lists = paths.flatMap(({ list, query = {} }) => (list === undefined ? [] : [{ list, query }]));
  if (lists.length < paths.length) return false;
  const left: string[] = [];
  try {
    for (const batch of batches(ids)) {
      const unbrought = await readAlong(lists, batch, context, emit);
      if (left.length <= MOST_BY_ID) left.push(...unbrought);
    }
  } catch (error) {
    if (!(error instanceof RefusedError) && !(error instanceof ProtocolError)) throw error;
    return false;
  }
  // A few objects may exist although the list lacks them, so they are tried again. If many are missing, it is believed.
  if (left.length <= MOST_BY_ID) await readAlong(paths, left, context, emit);
  return true;
};

const hasMoreThan = (most: number, ids: Iterable<string>): boolean => {
  let count = 0;
  for (const _ of ids) {
    count += 1;
    if (count > most) return true;
  }
  return false;
};

/**
 * Emits objects as they are now, and maybe others. A few objects are requested one by one, and many from a list, both
 * by their ids. If Close has no way to read by ids, or no way for that many, everything is read once more.
 * @param ids called more than once
 * @param range the range of the whole stream that contains the objects
 */
export const lookAgain = async (
  definition: StreamDefinition,
  ids: () => Iterable<string>,
  range: WalkRange,
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  if (!hasMoreThan(0, ids())) return;
  const paths = pathsOf(definition);
  if (paths.length > 0 && !hasMoreThan(MOST_BY_ID, ids())) {
    for (const batch of batches(ids())) await readAlong(paths, batch, context, emit);
    return;
  }
  if (paths.length > 0 && (await readFromLists(paths, ids(), context, emit))) return;
  await definition.walk.read(range, context, (rows) => emit(rows, []));
};
