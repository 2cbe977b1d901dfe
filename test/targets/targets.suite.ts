import { beforeAll, describe, expect, test } from 'vitest';
import { type Table, tables } from '../e2e/account.ts';
import { changedBetween, handful } from './account-truth.ts';
import type { Fields, Passed } from './pipeline.ts';
import { normalRecord } from './stored-values.ts';
import { targets } from './targets.ts';
import { type Run, syncTwice } from './two-runs.ts';

const byId = (rows: readonly Fields[]): Map<string, Fields> =>
  new Map(rows.map((row) => [String(row.id), row]));

/** The replication key of each table and how many seconds before its bookmark a run may read again. */
const AGAIN: Readonly<Record<Table, readonly [key: string, seconds: number]>> = {
  custom_fields: ['date_updated', 0],
  leads: ['date_updated', 300],
  activities: ['date_created', 86_400],
  tasks: ['date_updated', 0],
  users: ['date_updated', 0],
  event_log: ['date_updated', 0],
};

describe.each(targets)('$name', (target) => {
  let first: Run;
  let second: Run;
  beforeAll(async () => {
    ({ first, second } = await syncTwice(target, tables));
  });

  const schemaOf = (passed: Passed, table: Table) => passed.schemas.get(table) ?? { properties: {} };
  const sent = (run: Run, table: Table): Map<string, Fields> => {
    const rows = run.passed.records.get(table) ?? [];
    const schema = schemaOf(run.passed, table);
    return byId(rows.map((row) => normalRecord(row, schema, target.nature)));
  };
  const kept = (run: Run, table: Table): Map<string, Fields> => {
    const schema = schemaOf(run.passed, table);
    return byId((run.stored[table]?.rows ?? []).map((row) => normalRecord(row, schema, target.nature)));
  };
  const inAccount = (run: Run, table: Table, ids: Iterable<string>) => {
    const schema = schemaOf(run.passed, table);
    const wanted = new Set(ids);
    return [...run.truth[table]]
      .filter(([id]) => wanted.has(id))
      .map(([id, row]) => [id, handful(table, normalRecord({ ...row, id }, schema, target.nature))] as const)
      .sort();
  };

  test.each(tables)('%s: a first sync stores every object once, and none besides', (table) => {
    const rows = first.stored[table]?.rows ?? [];

    const ids = rows.map(({ id }) => id).sort();
    expect(ids).toEqual([...first.truth[table].keys()].sort());
    expect(ids.length).toBeGreaterThan(0);
  });

  test.each(tables)('%s: every column comes back as it was sent', (table) => {
    const stored = kept(first, table);

    for (const [id, record] of sent(first, table)) expect(stored.get(id), id).toEqual(record);
  });

  test.each(tables)('%s: what is stored is what the account holds', (table) => {
    const stored = [...kept(first, table)].map(([id, row]) => [id, handful(table, row)] as const).sort();

    expect(stored).toEqual(inAccount(first, table, first.truth[table].keys()));
  });

  const { typesOf } = target;
  if (typesOf)
    test.each(tables)('%s: columns have the types of the schema', (table) => {
      const types = first.stored[table]?.types ?? {};

      for (const [name, property] of Object.entries(schemaOf(first.passed, table).properties)) {
        if (target.nature.flattens && property.properties) continue;
        expect(typesOf(property), name).toContain(types[name]);
      }
    });

  if (target.upserts)
    test.each(tables)('%s: the key is the primary key', (table) => {
      expect(first.stored[table]?.keys).toEqual(['id']);
    });

  test('the state that the target gives back is the last that it was sent', () => {
    expect(first.passed.storedState).toEqual(first.passed.lastState);
    expect(second.passed.storedState).toEqual(second.passed.lastState);
  });

  test.each(tables)('%s: the second sync brings all that changed, as it is now', (table) => {
    const changed = changedBetween(first.truth, second.truth, table);

    const stored = kept(second, table);
    expect(changed.length).toBeGreaterThan(0);
    const found = changed.map((id) => [id, handful(table, stored.get(id) ?? {})] as const);
    expect(found).toEqual(inAccount(second, table, changed));
    for (const [id, record] of sent(second, table)) expect(stored.get(id), id).toEqual(record);
  });

  if (target.upserts)
    test.each(tables)('%s: and changes nothing else', (table) => {
      const before = kept(first, table);
      const after = kept(second, table);

      const differing = [...after].filter(([id, row]) => !isSame(before.get(id), row)).map(([id]) => id);
      expect(differing.sort()).toEqual(changedBetween(first.truth, second.truth, table));
      expect(after.size).toBe(second.stored[table]?.rows.length);
      // Deletions are opt-in: what Close no longer has stays.
      const ever = new Set([...first.truth[table].keys(), ...second.truth[table].keys()]);
      expect([...after.keys()].sort()).toEqual([...ever].sort());
    });

  if (!target.upserts)
    test.each(tables)('%s: and appends only what may be read again', (table) => {
      const [key, seconds] = AGAIN[table];
      const bookmark = Date.parse(String(first.passed.storedState.bookmarks[table]?.[key]));
      const changed = new Set(changedBetween(first.truth, second.truth, table));

      const rows = second.stored[table]?.rows ?? [];
      const needless = [...kept(second, table).values()].filter(
        (row) => !changed.has(String(row.id)) && Date.parse(String(row[key])) < bookmark - seconds * 1000,
      );
      expect(needless).toEqual([]);
      expect(rows.length).toBe(new Set(rows.map(({ id }) => id)).size);
      expect(rows.length).toBe(second.passed.records.get(table)?.length);
    });
});

const isSame = (one: Fields | undefined, other: Fields): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
