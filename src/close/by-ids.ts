import { ProtocolError, RefusedError } from '../errors.ts';
import { askByIds, IdsIgnoredError } from './ask-by-ids.ts';
import { withFields } from './few-fields.ts';
import { fetchObject } from './one-object.ts';
import { concurrently } from './paging/concurrently.ts';
import { isClosed, isMissing } from './refusals.ts';
import type { Row } from './row.ts';
import type { Api, Emit, WalkContext } from './walk.ts';

/** The paths at which objects can be asked for by their ids. */
export interface ByIdPaths {
  /** A list that takes `id__in`, which not all of them document. */
  readonly list?: string;
  /** Further parameters for the list. */
  readonly query?: Readonly<Record<string, string>>;
  /**
   * The path of a single object, without its id. It is used if the list refuses the ids or does not bring one of them.
   */
  readonly one?: string;
}

/** Whether an id can be put into a path, and into a list with commas. */
export const isAskable = (id: string): boolean => /^[\w-]+$/.test(id);

const readList = (
  { list = '', query = {} }: ByIdPaths,
  ids: readonly string[],
  api: Api,
  { stream, max_concurrency }: WalkContext,
  emit: Emit,
): Promise<void> =>
  askByIds({
    list,
    ids,
    max_concurrency,
    fetch: (paging, parse) =>
      api.fetch({ method: 'GET', path: list, stream, query: { ...query, ...paging } }, parse),
    onPage: async ({ rows, hasMore }) => {
      if (hasMore && rows.length === 0)
        throw new ProtocolError(`GET ${list}: the page is empty but says that there is more`);
      await emit(rows, []);
    },
  });

/**
 * One object, or none. After a 404 the object was deleted. After a 403 or 402 the key may not read it, and the walk did
 * not read it either.
 */
const readOne = async (path: string, id: string, api: Api, context: WalkContext): Promise<readonly Row[]> => {
  try {
    return [await fetchObject(path, id, { api, stream: context.stream })];
  } catch (error) {
    if (!isClosed(error) && !isMissing(error)) throw error;
    if (isClosed(error)) context.warn(`this key may not read some objects: GET ${path}: ${error.status}`);
    return [];
  }
};

/**
 * Emits objects by their ids. It asks the list for fifty ids per request. Objects that the list does not bring, or that
 * it brings as they were before the change, are then asked for one by one. Without a path for single objects, they
 * count as deleted.
 * @param isCurrent whether a row has the change for which it is asked
 */
export const readByIds = async (
  paths: ByIdPaths,
  ids: readonly string[],
  isCurrent: (row: Row) => boolean,
  context: WalkContext,
  emit: Emit,
): Promise<void> => {
  const { list, one } = paths;
  const left = new Set(ids.filter(isAskable));
  const strange = ids.filter((id) => !isAskable(id));
  if (strange.length > 0) {
    const such = `such as ${JSON.stringify(strange[0])}`;
    context.warn(`the event log has ids that are not ids of Close, ${such}; skipped: ${strange.length}`);
  }
  // It asks for the same fields as the walk, so that both bring the same records.
  const api = withFields(context.api, context.learned?.fields ?? null);
  const emitListed: Emit = (rows, done) => {
    for (const row of rows) if (isCurrent(row)) left.delete(row.id);
    return emit(rows, done);
  };
  if (list !== undefined && left.size > 0) {
    try {
      await readList(paths, [...left], api, context, emitListed);
    } catch (error) {
      if (one === undefined || !(error instanceof RefusedError || error instanceof IdsIgnoredError))
        throw error;
    }
  }
  if (one === undefined) return;
  await concurrently([...left], context.max_concurrency, async (id) => {
    const rows = await readOne(one, id, api, context);
    if (rows.length > 0) await emit(rows, []);
  });
};
