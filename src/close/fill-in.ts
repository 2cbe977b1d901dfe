import { RefusedError } from '../errors.ts';
import { listFields, objectFields } from './fields-by-id.ts';
import type { FieldValues } from './one-object.ts';
import { concurrently } from './paging/concurrently.ts';
import type { Row } from './row.ts';
import type { WalkContext } from './walk.ts';

/** A field that Close sends only when it is asked for by name. */
export interface NamedField {
  readonly name: string;
  /** Whether a row may have a value there. For other rows, nothing is asked. */
  readonly mayHave: (row: Row) => boolean;
  /** The path of a single object, without its id. */
  readonly path: string;
}

/** Adds to rows the values that the selected columns need and that the rows do not have yet. */
export type FillIn = (rows: readonly Row[]) => Promise<readonly Row[]>;

/** A field, and where its values come from, as far as this run has found out. */
interface Source {
  readonly field: NamedField;
  from: 'unknown' | 'list' | 'object' | 'nowhere';
  /** How many single objects had no value. */
  tries: number;
}

/** Whether there is no value. An empty list counts as none: a request may send it in place of the real value. */
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** After so many single objects without a value, no more single objects are asked. */
const MOST_TRIES = 20;

/**
 * Fills in fields that Close sends only when they are asked for by name. No documentation says whether the list sends
 * them or only the single object, so this finds out. For the rows of a page it first asks the list, by their ids. If
 * the list has no value, it asks the single object. As soon as one of the two has brought a value, it asks only that
 * one. Until then, rows wait for each other, so that no row is written without its value.
 * @param list the path of the list
 */
export const fillIn = (list: string, fields: readonly NamedField[], context: WalkContext): FillIn => {
  const sources: readonly Source[] = fields
    .filter(({ name }) => context.columns.includes(name))
    .map((field) => ({ field, from: 'unknown', tries: 0 }));
  if (sources.length === 0) return async (rows) => rows;
  let listIsClosed = false;
  let trial: Promise<unknown> = Promise.resolve();

  const missingIn = (row: Row): readonly Source[] =>
    sources.filter(({ field }) => isNothing(row[field.name]) && field.mayHave(row));

  const take = (row: Row, found: FieldValues, wanted: readonly Source[], from: 'list' | 'object'): Row => {
    const values: Record<string, unknown> = {};
    for (const source of wanted) {
      const value = found[source.field.name];
      if (isNothing(value)) continue;
      values[source.field.name] = value;
      if (source.from === 'unknown' || source.from === 'nowhere') source.from = from;
    }
    return Object.keys(values).length === 0 ? row : { ...row, ...values };
  };

  /**
   * The values that the list has for these rows, by id. If the list refuses, this call and all later ones return
   * nothing.
   */
  const askList = async (rows: readonly Row[]): Promise<ReadonlyMap<string, FieldValues>> => {
    const wanted = rows.filter((row) => missingIn(row).some(({ from }) => from !== 'object'));
    const names = sources.map(({ field }) => field.name);
    if (wanted.length === 0 || listIsClosed) return new Map();
    try {
      return await listFields(
        list,
        wanted.map(({ id }) => id),
        names,
        context,
      );
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      listIsClosed = true;
      return new Map();
    }
  };

  const askObject = async (row: Row, wanted: readonly Source[]): Promise<Row> => {
    const [first] = wanted;
    if (!first) return row;
    const names = wanted.map(({ field }) => field.name);
    try {
      return take(row, await objectFields(first.field.path, row.id, names, context), wanted, 'object');
    } catch (error) {
      // The object was deleted, or the key may not read it. The row itself has been read.
      if (!(error instanceof RefusedError)) throw error;
      return row;
    }
  };

  /** Asks a single object, to find out whether single objects have the values. */
  const tryObject = async (row: Row): Promise<Row> => {
    const wanted = missingIn(row).filter(({ from }) => from === 'unknown' || from === 'object');
    const filled = await askObject(row, wanted);
    const givenUp: string[] = [];
    for (const source of wanted) {
      if (source.from !== 'unknown') continue;
      source.tries += 1;
      if (source.tries < MOST_TRIES) continue;
      source.from = 'nowhere';
      givenUp.push(source.field.name);
    }
    if (givenUp.length > 0) {
      context.warn(
        `neither the list nor ${MOST_TRIES} single objects had ${givenUp.join(', ')}: no more objects are ` +
          'asked, and the columns are null; deselect them if the account has no such values',
      );
    }
    return filled;
  };

  /**
   * Asks the single object for what the list did not bring, if that may help.
   * @param isListed whether the list has brought the row, with or without a value
   */
  const fromObject = (row: Row, isListed: boolean): Promise<Row> => {
    const missing = missingIn(row);
    if (missing.some(({ from }) => from === 'unknown')) {
      // One after the other: what one row finds out saves requests for the next, and no row is written before it is
      // known.
      const turn = trial.then(() => tryObject(row));
      trial = turn.catch(() => {});
      return turn;
    }
    const wanted = missing.filter(({ from }) => from === 'object' || (from === 'list' && !isListed));
    return askObject(row, wanted);
  };

  return async (rows) => {
    const listed = await askList(rows);
    const filled = rows.map((row) => take(row, listed.get(row.id) ?? {}, missingIn(row), 'list'));
    await concurrently([...filled.entries()], context.max_concurrency, async ([index, row]) => {
      filled[index] = await fromObject(row, listed.has(row.id));
    });
    return filled;
  };
};
