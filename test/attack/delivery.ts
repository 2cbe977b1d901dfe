import { idsOf, missingFrom, TABLES, type Table, tables } from '../e2e/account.ts';
import type { Message } from '../e2e/run-tap.ts';
import type { Organisation } from '../sandbox/organisation.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** The rows that a target would hold after some messages. */
export interface Delivery {
  readonly messages: readonly Message[];
  ids(stream: string): Set<string>;
  /** The last record with each id. */
  latest(stream: string): Map<string, Record_>;
}

export const deliveryOf = (messages: readonly Message[]): Delivery => {
  const byStream = new Map<string, Map<string, Record_>>();
  for (const { type, stream, record } of messages) {
    if (type !== 'RECORD' || stream === undefined || record === undefined) continue;
    const known = byStream.get(stream) ?? new Map<string, Record_>();
    byStream.set(stream, known.set(String(record.id), record));
  }
  const latest = (stream: string) => byStream.get(stream) ?? new Map<string, Record_>();
  return { messages, latest, ids: (stream) => new Set(latest(stream).keys()) };
};

/** The rows that a target holds after several runs. */
export const together = (...parts: readonly Delivery[]): Delivery =>
  deliveryOf(parts.flatMap(({ messages }) => messages));

/** The ids of a table before a run. They show later which objects existed during the whole run. */
export type Standing = Readonly<Record<Table, ReadonlySet<string>>>;

export const standingOf = (organisation: Organisation): Standing => {
  const entries = tables.map((table) => [table, idsOf(organisation, table)]);
  return Object.fromEntries(entries) as Standing;
};

/** The objects that are missing, as `table id`. */
export const lacking = (
  delivery: Delivery,
  standing: Standing,
  of: readonly Table[] = tables,
): readonly string[] =>
  of.flatMap((table) => missingFrom(delivery.ids(table), standing[table]).map((id) => `${table} ${id}`));

/** The ids that existed before and still exist. */
export const throughout = (before: Standing, after: Standing): Standing => {
  const entries = tables.map((table) => [
    table,
    new Set([...before[table]].filter((id) => after[table].has(id))),
  ]);
  return Object.fromEntries(entries) as Standing;
};

const CHANGING = ['leads', 'tasks', 'activities', 'users', 'custom_fields'] as const;

/** The objects that the target holds in an old version. */
export const stale = (
  delivery: Delivery,
  organisation: Organisation,
  of: readonly Table[] = CHANGING,
): readonly string[] =>
  of.flatMap((table) =>
    [...delivery.latest(table)].flatMap(([id, record]) => {
      const now = organisation.get(TABLES[table], id);
      const same =
        now === undefined || Date.parse(String(now.date_updated)) === Date.parse(String(record.date_updated));
      return same ? [] : [`${table} ${id}: ${record.date_updated}, now ${now.date_updated}`];
    }),
  );
