import { isNotTaken } from './refusals.ts';
import type { Api } from './walk.ts';

/**
 * An API that asks for these fields alone, or for all where none are named. Where they are refused and the same is taken
 * without them, they are not named again.
 */
export const withFields = (api: Api, fields: readonly string[] | null): Api => {
  let named = fields;
  return {
    fetch: async (request, parse) => {
      if (named === null) return api.fetch(request, parse);
      try {
        return await api.fetch({ ...request, query: { ...request.query, _fields: named.join() } }, parse);
      } catch (error) {
        if (!isNotTaken(error)) throw error;
        // The fields may not be what it refuses.
        const answer = await api.fetch(request, parse);
        named = null;
        return answer;
      }
    },
  };
};

/**
 * An API whose pages of lists hold these fields alone, so that they are light. A list that refuses to be asked for fields
 * is asked without them from then on.
 */
export const withFewFields = (api: Api, fields: readonly string[]): Api => {
  const lists = new Map<string, Api>();
  return {
    fetch: (request, parse) => {
      const isPage = request.method === 'GET' && request.query?._limit !== undefined;
      if (!isPage) return api.fetch(request, parse);
      const list = lists.get(request.path) ?? withFields(api, fields);
      lists.set(request.path, list);
      return list.fetch(request, parse);
    },
  };
};
