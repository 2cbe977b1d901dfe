import { RefusedError } from '../errors.ts';
import { listFields, objectFields } from './fields-by-id.ts';
import type { FieldValues } from './one-object.ts';
import { concurrently } from './paging/concurrently.ts';
import type { Row } from './row.ts';
import type { WalkContext } from './walk.ts';

/** A field that Close sends only when it is asked for by name. */
export interface NamedField {
  readonly name: string;
  /** Whether a row may have a value there; others are not asked about. */
  readonly mayHave: (row: Row) => boolean;
  /** Below it is each object by itself. */
  readonly path: string;
}

/** Adds to rows what the selected columns need besides. */
export type FillIn = (rows: readonly Row[]) => Promise<readonly Row[]>;

/** Where a field comes from, as far as this run has found out. */
interface Source {
  readonly field: NamedField;
  from: 'unknown' | 'list' | 'object' | 'nowhere';
  /** Objects that were asked by themselves in vain. */
  tries: number;
}

/** An empty list may stand for a value that this request does not send. */
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** So many objects without a value, neither in the list nor by themselves, and no more are asked by themselves. */
const MOST_TRIES = 20;

/**
 * Fills in fields by name. Whether a list sends them or only the object by itself, no documentation says, so this
 * finds out: the list is asked by the ids of a page, and where it has no value, the object, until one of them has
 * brought one; from then on only that one is asked. Rows wait while it is not known, so that none goes without.
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

  /** The fields that the list has of these rows; one that it does not bring says nothing of where they come from. */
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
      // It is gone, or closed; the row itself has been read.
      if (!(error instanceof RefusedError)) throw error;
      return row;
    }
  };

  const tryObject = async (row: Row): Promise<Row> => {
    const wanted = missingIn(row).filter(({ from }) => from === 'unknown' || from === 'object');
    const filled = await askObject(row, wanted);
    const given: string[] = [];
    for (const source of wanted) {
      if (source.from !== 'unknown') continue;
      source.tries += 1;
      if (source.tries < MOST_TRIES) continue;
      source.from = 'nowhere';
      given.push(source.field.name);
    }
    if (given.length > 0) {
      context.warn(
        `neither the list nor ${MOST_TRIES} single objects had ${given.join(', ')}: no more objects are ` +
          'asked, and the columns are null; deselect them if the account has none',
      );
    }
    return filled;
  };

  /** @param isListed whether the list has brought the row, with or without a value */
  const fromObject = (row: Row, isListed: boolean): Promise<Row> => {
    const missing = missingIn(row);
    if (missing.some(({ from }) => from === 'unknown')) {
      // One after the other: what one trial finds out spares the next, and none passes by before it is known.
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
