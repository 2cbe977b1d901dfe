import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Table, tables } from '../e2e/account.ts';
import { changedBetween, handful } from './account-truth.ts';
import { observe, type Seen, tableOf } from './observe.ts';
import type { Fields, Passed } from './pipeline.ts';
import { normalRecord } from './stored-values.ts';
import type { Target } from './target.ts';
import { type Run, type Runs, syncThrice } from './three-runs.ts';

const PAGE = fileURLToPath(new URL('../../src/views/README.md', import.meta.url));

const byKey = (rows: readonly Fields[], keys: readonly string[]): Map<string, Fields> =>
  new Map(rows.map((row) => [keys.map((key) => String(row[key])).join(' '), row]));

/** Objects whose deletes are known, so that their rows change. */
const TELL_DELETES: readonly Table[] = ['leads', 'activities', 'tasks'];

/** The replication key of each table, and how many seconds before its bookmark a run may read again. */
const AGAIN: Readonly<Record<Table, readonly [key: string, seconds: number]>> = {
  custom_fields: ['date_updated', 0],
  leads: ['date_updated', 300],
  activities: ['date_created', 86_400],
  tasks: ['date_updated', 0],
  users: ['date_updated', 0],
  event_log: ['date_updated', 0],
};

const holdTarget = (target: Target, tell: (seen: Seen) => void): void => {
  let runs: Runs;
  let first: Run;
  let second: Run;
  beforeAll(async () => {
    runs = await syncThrice(target, tables);
    ({ first, second } = runs);
  });

  const schemaOf = (passed: Passed, table: string) => passed.schemas.get(table) ?? { properties: {} };
  const normal = (rows: readonly Fields[], { passed }: Run, table: string): Map<string, Fields> => {
    const schema = schemaOf(passed, table);
    const records = rows.map((row) => normalRecord(row, schema, target.nature));
    return byKey(records, passed.keys.get(table) ?? []);
  };
  const sent = (run: Run, table: string) => normal(run.passed.records.get(table) ?? [], run, table);
  /** @param as the run whose columns are compared */
  const kept = (run: Run, table: string, as = run) => normal(run.stored[table]?.rows ?? [], as, table);
  /** The objects that existed after the first run and were deleted. */
  const goneOf = (table: Table): string[] =>
    TELL_DELETES.includes(table)
      ? [...first.truth[table].keys()].filter((id) => !second.truth[table].has(id))
      : [];
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

  test('every column of every table is stored as it was sent', () => {
    const names = [...first.passed.records.keys()];
    expect(names).toEqual(expect.arrayContaining([...tables]));
    for (const table of names) {
      const stored = kept(first, table);
      for (const [id, record] of sent(first, table)) expect(stored.get(id), `${table} ${id}`).toEqual(record);
    }
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
        const column = target.nature.smallLetters ? name.toLowerCase() : name;
        expect(typesOf(property), name).toContain(types[column]);
      }
    });

  if (target.upserts)
    test.each(tables)('%s: the key is the primary key', (table) => {
      expect(first.stored[table]?.keys).toEqual(['id']);
    });

  test('the target prints the last state that it received', () => {
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
      const before = kept(first, table, second);
      const after = kept(second, table);

      const differing = [...after].filter(([id, row]) => !isSame(before.get(id), row)).map(([id]) => id);
      const changed = [...changedBetween(first.truth, second.truth, table), ...goneOf(table)];
      expect(differing.sort()).toEqual(changed.sort());
      expect(after.size).toBe(second.stored[table]?.rows.length);
      // A row that Close no longer has may be marked, but not removed.
      const ever = new Set([...first.truth[table].keys(), ...second.truth[table].keys()]);
      expect([...after.keys()].sort()).toEqual([...ever].sort());
    });

  if (!target.upserts)
    test.each(tables)('%s: and appends only what may be read again', (table) => {
      const [key, seconds] = AGAIN[table];
      const bookmark = Date.parse(String(first.passed.storedState.bookmarks[table]?.[key]));
      const changed = new Set([...changedBetween(first.truth, second.truth, table), ...goneOf(table)]);

      const rows = second.stored[table]?.rows ?? [];
      const needless = [...kept(second, table).values()].filter(
        (row) => !changed.has(String(row.id)) && Date.parse(String(row[key])) < bookmark - seconds * 1000,
      );
      expect(needless).toEqual([]);
      expect(rows.length).toBe(new Set(rows.map(({ id }) => id)).size);
      expect(rows.length).toBe(second.passed.records.get(table)?.length);
    });

  test('its behaviour is observed', async () => {
    tell(await observe(runs, target));
  });
};

/** Tests each of these targets, and compares the table of the results with src/views/README.md. */
export const holdTargets = (heading: string, targets: readonly Target[]): void => {
  const seen: Seen[] = [];
  describe.each(targets)('$name', (target) => holdTarget(target, (one) => seen.push(one)));

  test('src/views/README.md says what was observed', async () => {
    const table = tableOf(seen);
    process.stdout.write(`\n${heading}\n\n${table}\n`);
    const mark = `<!-- ${heading}: npm run test:targets -->\n`;
    if (process.env.UPDATE_GOLDEN) {
      const [before = '', old = ''] = (await readFile(PAGE, 'utf8')).split(mark);
      await writeFile(PAGE, `${before}${mark}${table}\n${old.slice(old.indexOf('\n\n') + 1)}`);
    }

    expect(await readFile(PAGE, 'utf8')).toContain(`${mark}${table}\n\n`);
  });
};

const isSame = (one: Fields | undefined, other: Fields): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
