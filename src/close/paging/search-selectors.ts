import { ApiError, AuthenticationError, RefusedError } from '../../errors.ts';
import { CUSTOM, customKey, isCustomKey } from '../custom-fields.ts';
import { parsePagedList } from '../envelope.ts';
import type { WalkContext } from '../walk.ts';

/**
 * Fields that Close has added to its objects and that no column has. A search brings only fields that are asked for by
 * name, but the list of the same objects brings all of them.
 */
export const newFields = async (
  list: string | undefined,
  context: WalkContext,
): Promise<readonly string[]> => {
  if (list === undefined) return [];
  const request = { method: 'GET', path: list, stream: context.stream, query: { _limit: '1' } } as const;
  try {
    const { rows } = await context.api.fetch(request, parsePagedList);
    const isNew = (field: string): boolean => !context.known.includes(field) && !isCustomKey(field);
    return Object.keys(rows[0] ?? {}).filter(isNew);
  } catch (error) {
    if (!(error instanceof ApiError) || error instanceof AuthenticationError) throw error;
    context.warn(`cannot look for fields that Close may have added: ${error.message}`);
    return [];
  }
};

/** The selectors of all custom fields that are defined, one for each; none if the key may not read the definitions. */
export const customSelectors = async (
  kinds: readonly string[],
  context: WalkContext,
): Promise<readonly string[]> => {
  try {
    const lists = await Promise.all(kinds.map((kind) => context.definitions.of(kind)));
    return lists.flatMap(({ rows }) => rows.map(({ id }) => customKey(id)));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return [];
  }
};

/** The same selector for a list or a single object: they have one for all custom fields together. */
export const selectorOf = (field: string): string => (isCustomKey(field) ? CUSTOM : field);
