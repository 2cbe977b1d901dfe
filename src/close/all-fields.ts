import { parsePagedList } from './envelope.ts';
import type { WalkContext } from './walk.ts';

/** A field without a value may not come at all, so that one row does not show every field. */
const ROWS = 10;

/**
 * The fields that a list knows, also those that it sends only when they are asked for; each with a value, or null
 * where the newest rows have none.
 */
export const readAllFields = (
  path: string,
  { api, stream }: Pick<WalkContext, 'api' | 'stream'>,
): Promise<ReadonlyMap<string, unknown>> =>
  api.fetch(
    { method: 'GET', path, stream, query: { _limit: String(ROWS), _fields: '_all' } },
    (body): ReadonlyMap<string, unknown> => {
      const samples = new Map<string, unknown>();
      for (const row of parsePagedList(body).rows) {
        for (const [field, value] of Object.entries(row)) {
          samples.set(field, samples.get(field) ?? (value === '' ? null : value));
        }
      }
      return samples;
    },
  );
