import { parsePagedList } from './envelope.ts';
import type { WalkContext } from './walk.ts';

/** How many rows to look at: Close may leave out a field without a value, so one row does not show every field. */
const ROWS = 10;

/**
 * All fields of a list, also those that it sends only when they are asked for. Each has a value from one of the first
 * rows, or null if none of these rows has a value.
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
