import { isNotTaken } from './refusals.ts';
import type { Api } from './walk.ts';

/**
 * An API whose pages of lists hold these fields alone, so that they are light. A list that refuses to be asked for fields
 * is asked without them from then on.
 */
export const withFewFields = (api: Api, fields: readonly string[]): Api => {
  const refusing = new Set<string>();
  return {
    fetch: async (request, parse) => {
      const isPage = request.method === 'GET' && request.query?._limit !== undefined;
      if (!isPage || refusing.has(request.path)) return api.fetch(request, parse);
      try {
        return await api.fetch({ ...request, query: { ...request.query, _fields: fields.join() } }, parse);
      } catch (error) {
        if (!isNotTaken(error)) throw error;
        // The fields may not be what it refuses.
        const answer = await api.fetch(request, parse);
        refusing.add(request.path);
        return answer;
      }
    },
  };
};
