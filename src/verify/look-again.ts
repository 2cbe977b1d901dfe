import { type ByIdPaths, isAskable, readByIds } from '../close/by-ids.ts';
import { isMissing } from '../close/refusals.ts';
import type { Emit, WalkContext, WalkRange } from '../close/walk.ts';
import { ProtocolError, RefusedError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** How many objects may be requested one by one. */
export const MOST_BY_ID = 1_000;

const pathsOf = ({ byIds, lateChanges, objectType }: StreamDefinition): readonly ByIdPaths[] =>
  byIds ?? (lateChanges && objectType !== undefined ? [lateChanges(objectType)] : []);

/** Tries the paths in turn, each for the ids not found so far. @returns the ids that no path found */
const readByPaths = async (
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

/** The ids in batches of at most MOST_BY_ID. Ids are read from the source only when a batch needs them. */
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

/** @returns true if all these objects were read, as far as they exist; false if a list does not accept ids */
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
      const notSent = await readByPaths(lists, batch, context, emit);
      if (left.length <= MOST_BY_ID) left.push(...notSent);
    }
  } catch (error) {
    if (!(error instanceof RefusedError) && !(error instanceof ProtocolError)) throw error;
    return false;
  }
  // A list may leave out a few objects that exist, so these are read once more by their own paths. If it leaves out many,
  // they count as deleted: to read each of them would take too many requests.
  if (left.length <= MOST_BY_ID) await readByPaths(paths, left, context, emit);
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
 * Emits objects as they are now, and maybe others too. It asks for them by their ids: up to `MOST_BY_ID` of them one by one
 * if need be, and more only from a list. If Close cannot do that, the whole range is read once more.
 * @param ids called more than once
 * @param range a range of the stream that contains all these objects
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
    for (const batch of batches(ids())) await readByPaths(paths, batch, context, emit);
    return;
  }
  if (paths.length > 0 && (await readFromLists(paths, ids(), context, emit))) return;
  await definition.walk.read(range, context, (rows) => emit(rows, []));
};
