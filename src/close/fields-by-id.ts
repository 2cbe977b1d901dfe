import { askByIds } from './ask-by-ids.ts';
import { type FieldValues, fieldsWith, pathOfOne } from './one-object.ts';
import type { Row } from './row.ts';
import type { WalkContext } from './walk.ts';

type Context = Pick<WalkContext, 'api' | 'stream' | 'max_concurrency'>;

/**
 * Asks a list for fields of objects, by the ids of the objects and the names of the fields. The result has no entry for
 * an object that the list does not know, or does not know yet.
 */
export const listFields = async (
  list: string,
  ids: readonly string[],
  names: readonly string[],
  { api, stream, max_concurrency }: Context,
): Promise<ReadonlyMap<string, FieldValues>> => {
  const found = new Map<string, Row>();
  await askByIds({
    list,
    ids,
    max_concurrency,
    fetch: (paging, parse) => {
      const query = { _fields: ['id', ...names].join(), ...paging };
      return api.fetch({ method: 'GET', path: list, stream, query }, parse);
    },
    onPage: async ({ rows }) => {
      for (const row of rows) found.set(row.id, row);
    },
  });
  return found;
};

/**
 * Asks for fields of one object by their names.
 * @param path the path of the object, without its id
 */
export const objectFields = (
  path: string,
  id: string,
  names: readonly string[],
  { api, stream }: Context,
): Promise<FieldValues> => {
  const query = { _fields: ['id', ...names].join() };
  return api.fetch({ method: 'GET', path: pathOfOne(path, id), stream, query }, fieldsWith(id));
};
