import { isNotTaken } from './refusals.ts';
import type { Api } from './walk.ts';

/**
 * An API that asks for these fields only. If the server refuses a request with them and accepts it without them, it
 * asks for all fields from then on.
 * @param fields null asks for all fields
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
        // If this fails too, something else was refused, and the fields are asked for again.
        const answer = await api.fetch(request, parse);
        named = null;
        return answer;
      }
    },
  };
};

/**
 * The same, but only for pages of lists. What a list refuses is remembered for that list only. All other requests are
 * sent as they are.
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
