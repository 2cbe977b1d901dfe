import { describe, expect, test } from 'vitest';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { streams } from '../../src/streams/index.ts';
import { dialects } from '../../src/views/dialect.ts';
import { scriptFor, views } from '../../src/views/script.ts';
import type { StoredTable } from '../../src/views/tables.ts';

const tableOf = (name: string, without: readonly string[] = []): StoredTable => {
  const { description = '', properties } = loadSchema(name);
  const kept = Object.entries(properties).filter(([field]) => !without.includes(field));
  return {
    name,
    about: description,
    fields: Object.fromEntries(kept),
    customFields: new Map(),
    money: streams.find((stream) => stream.name === name)?.money ?? {},
  };
};

const all = streams.map(({ name }) => tableOf(name));
const made = (sql: string): string[] =>
  [...sql.matchAll(/^create view "(\w+)"/gm)].map(([, name = '']) => name);
const dropped = (sql: string): string[] =>
  [...sql.matchAll(/^drop view if exists "(\w+)"/gm)].map(([, name = '']) => name);
const bodyOf = (sql: string, view: string): string =>
  new RegExp(`create view "${view}" as\\n([^;]*);`).exec(sql)?.[1] ?? 'none';

describe.each(Object.entries(dialects))('the script for %s', (_name, dialect) => {
  test('creates every view if all tables are selected, each after the views that it reads', () => {
    const { sql, leftOut } = scriptFor(all, dialect, undefined);

    const order = made(sql);
    expect(leftOut).toEqual([]);
    expect(new Set(order)).toEqual(
      new Set([...streams.map(({ name }) => `current_${name}`), ...views.map(({ name }) => name)]),
    );
    for (const { name, reads } of views) {
      for (const read of Object.keys(reads)) expect(order.indexOf(read)).toBeLessThan(order.indexOf(name));
    }
  });

  test('drops the views first, in reverse order, and does everything or nothing', () => {
    const { sql } = scriptFor(all, dialect, undefined);

    const statements = sql.split('\n').filter((line) => /^(begin|commit|drop|create)/.test(line));
    expect(dropped(sql)).toEqual(made(sql).reverse());
    expect([statements[0], statements.at(-1)]).toEqual(['begin;', 'commit;']);
  });

  test('never gives a view the name of a table', () => {
    const tables = new Set(streams.map(({ name }) => name));

    expect(made(scriptFor(all, dialect, undefined).sql).filter((name) => tables.has(name))).toEqual([]);
  });

  test('leaves out a view whose table is not selected, says so, and drops its older version', () => {
    const { sql, leftOut } = scriptFor([tableOf('leads')], dialect, undefined);

    expect(made(sql)).toEqual(['current_leads']);
    expect(dropped(sql)).toEqual(['lead_to_first_call', 'current_leads']);
    expect(leftOut.length).toBe(views.length);
    expect(leftOut).toContain(
      'the view calls is left out: it reads the table activities, which the catalog does not select',
    );
    expect(sql).toContain(`-- ${leftOut[0]}`);
  });

  test('leaves out a column that does not exist, and a view that needs it', () => {
    const { sql, leftOut } = scriptFor(
      [tableOf('activities', ['disposition', 'opens', 'cost'])],
      dialect,
      undefined,
    );

    expect(bodyOf(sql, 'calls')).toContain('"direction"');
    expect(bodyOf(sql, 'calls')).not.toMatch(/disposition|cost/);
    expect(made(sql)).not.toContain('email_opens');
    expect(leftOut).toContain(
      'the view email_opens is left out: it reads opens of current_activities, which the catalog does not select',
    );
  });

  test('quotes the name of the schema', () => {
    const { sql } = scriptFor([tableOf('users')], dialect, 'a "b"');

    expect(sql).toContain('create view "a ""b"""."current_users" as');
    expect(sql).toContain('from "a ""b"""."users"');
  });

  test('has a view of the deleted rows of a table, if the catalog says that deletes are read', () => {
    const { properties } = loadSchema('leads');
    const mark = { type: ['string', 'null'] as const, format: 'date-time' as const };
    const fields = { ...properties, _sdc_deleted_at: mark };

    const { sql } = scriptFor([{ ...tableOf('leads'), fields }], dialect, undefined);

    expect(bodyOf(sql, 'current_leads')).toContain('where "_sdc_deleted_at" is null');
    expect(bodyOf(sql, 'deleted_leads')).toContain('where "_sdc_deleted_at" is not null');
  });
});

describe('money', () => {
  const UNIT = /in minor units of (\w+):/;

  test.each(streams.map((stream) => [stream.name, stream] as const))(
    'of %s is known by its currency',
    (name, { money = {} }) => {
      const described = Object.entries(loadSchema(name).properties).flatMap(
        ([field, { description = '' }]) => {
          const currency = UNIT.exec(description)?.[1];
          return currency === undefined ? [] : [[field, currency] as const];
        },
      );

      expect(money).toEqual(Object.fromEntries(described));
    },
  );

  test('stays in minor units if its currency is not selected', () => {
    const { sql } = scriptFor([tableOf('opportunities', ['value_currency'])], dialects.postgres, undefined);

    expect(bodyOf(sql, 'current_opportunities')).not.toContain('0.01');
  });
});
