import { isRefused } from '../errors.ts';
import { readByIds } from './by-ids.ts';
import { isRecord } from './is-record.ts';
import type { Row } from './row.ts';
import { sideBySide } from './side-by-side.ts';
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
export const fillIn = (
  list: string,
  fields: readonly NamedField[],
  context: Omit<WalkContext, 'emit'>,
): FillIn => {
  const sources: readonly Source[] = fields
    .filter(({ name }) => context.columns.includes(name))
    .map((field) => ({ field, from: 'unknown', tries: 0 }));
  if (sources.length === 0) return async (rows) => rows;
  let listIsClosed = false;
  let trial: Promise<unknown> = Promise.resolve();

  const missingIn = (row: Row): readonly Source[] =>
    sources.filter(({ field }) => isNothing(row[field.name]) && field.mayHave(row));

  const take = (row: Row, found: unknown, wanted: readonly Source[], from: 'list' | 'object'): Row => {
    const values: Record<string, unknown> = {};
    for (const source of wanted) {
      const value = isRecord(found) ? found[source.field.name] : null;
      if (isNothing(value)) continue;
      values[source.field.name] = value;
      if (source.from === 'unknown' || source.from === 'nowhere') source.from = from;
    }
    return Object.keys(values).length === 0 ? row : { ...row, ...values };
  };

  const fromList = async (rows: readonly Row[]): Promise<readonly Row[]> => {
    const askedOf = (row: Row): readonly Source[] => missingIn(row).filter(({ from }) => from !== 'object');
    const ids = rows.filter((row) => askedOf(row).length > 0).map(({ id }) => id);
    if (ids.length === 0 || listIsClosed) return rows;
    const found = new Map<string, Row>();
    const emit: WalkContext['emit'] = async (page) => {
      for (const row of page) found.set(row.id, row);
    };
    const names = ['id', ...sources.map(({ field }) => field.name)];
    try {
      await readByIds(list, ids, { ...context, emit }, { _fields: names.join() });
    } catch (error) {
      if (!isRefused(error)) throw error;
      listIsClosed = true;
    }
    return rows.map((row) => take(row, found.get(row.id), askedOf(row), 'list'));
  };

  const askObject = async (row: Row, wanted: readonly Source[]): Promise<Row> => {
    const [first] = wanted;
    if (!first) return row;
    const names = ['id', ...wanted.map(({ field }) => field.name)];
    const request = {
      method: 'GET',
      path: `${first.field.path}${encodeURIComponent(row.id)}/`,
      stream: context.stream,
      query: { _fields: names.join() },
    } as const;
    try {
      return take(row, await context.api.fetch(request, (body) => body), wanted, 'object');
    } catch (error) {
      // It is gone, or closed; the row itself has been read.
      if (!isRefused(error)) throw error;
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
        `neither the list nor ${MOST_TRIES} objects by themselves brought ${given.join(', ')}: no more objects are ` +
          'asked, and the columns are null; deselect them if the account has none',
      );
    }
    return filled;
  };

  const fromObject = (row: Row): Promise<Row> => {
    const isUnknown = missingIn(row).some(({ from }) => from === 'unknown');
    if (!isUnknown)
      return askObject(
        row,
        missingIn(row).filter(({ from }) => from === 'object'),
      );
    // One after the other: what one trial finds out spares the next, and none passes by before it is known.
    const turn = trial.then(() => tryObject(row));
    trial = turn.catch(() => {});
    return turn;
  };

  return async (rows) => {
    const listed = [...(await fromList(rows))];
    await sideBySide([...listed.entries()], context.parallel, async ([index, row]) => {
      listed[index] = await fromObject(row);
    });
    return listed;
  };
};
