import type { Page } from '../envelope.ts';
import { fetchIfThere } from '../one-object.ts';
import { type Row, versionOf } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { concurrently } from './concurrently.ts';

/**
 * Joins a page with other answers that have more fields of the same rows. A row that changed between two of the
 * answers, or that is missing in one, is asked for by itself.
 * @param one the path of a single object, without its id
 */
export const joinedPage = async (
  page: Page,
  others: readonly Page[],
  one: string | undefined,
  context: WalkContext,
): Promise<Page> => {
  const wholes = new Map<string, Row | null>(page.rows.map((row) => [row.id, row]));
  const changed = new Map<string, Row>();
  for (const { rows } of others) {
    const parts = new Map(rows.map((row) => [row.id, row]));
    for (const row of page.rows) {
      const part = parts.get(row.id);
      if (part && versionOf(part) === versionOf(row)) wholes.set(row.id, { ...wholes.get(row.id), ...part });
      else changed.set(row.id, row);
    }
  }
  await concurrently([...changed.values()], context.max_concurrency, async (row) => {
    wholes.set(row.id, one === undefined ? row : await fetchIfThere(one, row.id, context));
  });
  return { ...page, rows: page.rows.flatMap(({ id }) => wholes.get(id) ?? []) };
};
