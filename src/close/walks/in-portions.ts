import { ProtocolError } from '../../errors.ts';
import { EXTRA } from '../../own-columns.ts';
import { listFields, objectFields } from '../fields-by-id.ts';
import { inBatches } from '../in-batches.ts';
import type { FieldValues } from '../one-object.ts';
import { concurrently } from '../paging/concurrently.ts';
import type { SearchOptions } from '../paging/searcher.ts';
import { goneMeanwhile, isMissing } from '../refusals.ts';
import type { Row } from '../row.ts';
import { SEARCH } from '../search.ts';
import type { Walk, WalkContext } from '../walk.ts';
import { bySearch } from './by-search.ts';

/** The walk itself needs three fields more. */
export const MOST_FIELDS = SEARCH.fields - 5;

/** Columns that are not asked for by name: every row of a search has two of them, and Close has no field `_extra`. */
const NOT_ASKED_FOR = new Set(['id', 'date_updated', EXTRA]);

const hasAny = (names: readonly string[], rows: Iterable<FieldValues>): boolean => {
  for (const row of rows) if (names.some((name) => Object.hasOwn(row, name))) return true;
  return false;
};

/**
 * Asks the list for a portion of the fields of objects. An object that the list does not bring may be new; it is asked
 * for by itself.
 */
const readPortion = async (
  list: string,
  ids: readonly string[],
  names: readonly string[],
  context: WalkContext,
): Promise<ReadonlyMap<string, FieldValues>> => {
  const listed = await listFields(list, ids, names, context).catch((error: unknown) => {
    if (!(error instanceof ProtocolError)) throw error;
    const advice = `select at most ${MOST_FIELDS} columns, then the search alone is enough`;
    throw new ProtocolError(`${error.message}; ${advice}`, { cause: error });
  });
  const found = new Map(listed);
  const absent = ids.filter((id) => !found.has(id));
  await concurrently(absent, context.max_concurrency, async (id) => {
    try {
      found.set(id, await objectFields(list, id, names, context));
    } catch (error) {
      // The object was deleted.
      if (!isMissing(error)) throw error;
    }
  });
  return found;
};

/**
 * A search for objects with more fields than one search takes. The search reads the first portion of the
 * fields. For each page, it asks for the other portions by the ids of the page. A row is put together by its id, so a
 * change in the account cannot mix two rows. It is emitted when all its portions have come. If a portion does not find
 * it any more, it was deleted, and is left out. Only the pages that are being read are in memory.
 */
export const inPortions = ({
  objectType,
  list,
}: Required<Pick<SearchOptions, 'objectType' | 'list'>>): Walk => {
  const search = bySearch({ objectType, list, fields: (columns) => columns });
  return {
    along: search.along,
    read: async (range, context, emit) => {
      const names = context.columns.filter((name) => !NOT_ASKED_FOR.has(name));
      const portions = inBatches(names, MOST_FIELDS);
      const [first = [], ...others] = portions;
      const neverCame = new Set(names);
      let count = 0;

      const wholeRows = async (rows: readonly Row[]): Promise<Row[]> => {
        // A search ignores fields that it does not know. Then the list is asked for the first portion too.
        const left = hasAny(first, rows) ? others : portions;
        const ids = rows.map(({ id }) => id);
        const parts = new Map<readonly string[], ReadonlyMap<string, FieldValues>>();
        await concurrently(left, left.length, async (portion) => {
          parts.set(portion, await readPortion(list, ids, portion, context));
        });
        const whole = rows.flatMap((row) => {
          const record: Record<string, unknown> = { date_updated: row.date_updated };
          for (const portion of portions) {
            const fields = parts.has(portion) ? parts.get(portion)?.get(row.id) : row;
            if (!fields) {
              context.warn(goneMeanwhile(row.id));
              return [];
            }
            for (const name of portion) if (Object.hasOwn(fields, name)) record[name] = fields[name];
          }
          return [{ ...record, id: row.id }];
        });
        for (const name of neverCame) if (hasAny([name], whole)) neverCame.delete(name);
        count += whole.length;
        return whole;
      };

      await search.read(range, { ...context, columns: first }, async (rows, done) => {
        await emit(rows.length === 0 ? rows : await wholeRows(rows), done);
      });
      if (count > 0 && neverCame.size > 0) {
        context.warn(
          `none of ${count} rows has these fields, so their columns are null: ${[...neverCame].join(', ')}; ` +
            'deselect them if Close does not have them',
        );
      }
    },
  };
};
