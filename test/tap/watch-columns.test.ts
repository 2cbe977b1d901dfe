import { describe, expect, test } from 'vitest';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { streams } from '../../src/streams/index.ts';
import { watchColumns } from '../../src/tap/watch-columns.ts';

const streamOf = (name: string) => {
  const stream = streams.find((one) => one.name === name);
  if (!stream) throw new Error(`no stream ${name}`);
  return stream;
};

const watch = (name: string, columns = Object.keys(loadSchema(name).properties)) => {
  const warnings: string[] = [];
  return { warnings, seen: watchColumns(streamOf(name), columns, (message) => warnings.push(message)) };
};

/** A row with every column that Close always sends, except the named ones. */
const rowOf = (name: string, without: readonly string[] = [], fields: Record<string, unknown> = {}) => {
  const { always = [], instead = {} } = streamOf(name);
  const sent = [...always, ...Object.keys(instead)].filter((column) => !without.includes(column));
  return { id: 'x', ...Object.fromEntries(sent.map((column) => [column, null])), ...fields };
};

const times = <T>(count: number, one: T): T[] => Array<T>(count).fill(one);

describe('a column that Close always sent, and that many rows lack', () => {
  test('gives one warning, which names the stream that has the same data', () => {
    const { warnings, seen } = watch('leads');

    seen(times(999, rowOf('leads', ['contacts'])));
    const early = [...warnings];
    seen([rowOf('leads', ['contacts'])]);
    seen(times(5_000, rowOf('leads', ['contacts', 'name'])));

    expect(early).toEqual([]);
    expect(warnings).toEqual([
      'Close no longer sends leads.contacts; select the stream contacts (none of 1,000 rows has this column)',
    ]);
  });

  test('gives a general warning if no other stream has the data', () => {
    const { warnings, seen } = watch('tasks');

    seen(times(1_234, rowOf('tasks', ['view'])));

    expect(warnings).toEqual(['none of 1,234 rows has tasks.view: Close may have stopped sending it']);
  });

  test('gives a warning of its own if there are several', () => {
    const { warnings, seen } = watch('leads');

    seen(times(1_000, rowOf('leads', ['contacts', 'opportunities', 'url'])));

    expect(warnings).toHaveLength(3);
  });
});

describe('there is no warning', () => {
  test('if a single row has the column, even as null', () => {
    const { warnings, seen } = watch('leads');

    seen([rowOf('leads')]);
    seen(times(2_000, rowOf('leads', ['contacts'])));

    expect(warnings).toEqual([]);
  });

  test('about a column that was not asked for', () => {
    const { warnings, seen } = watch('leads', ['id', 'name']);

    seen(times(2_000, rowOf('leads', ['contacts'])));

    expect(warnings).toEqual([]);
  });

  test('about columns that only some kinds of rows have', () => {
    const { warnings, seen } = watch('activities');

    seen(times(2_000, rowOf('activities', [], { _type: 'TaskCompleted' })));

    expect(warnings).toEqual([]);
  });

  test('about columns that a deleted row lacks', () => {
    const { warnings, seen } = watch('leads');

    seen(times(2_000, { id: 'x', _sdc_deleted_at: '2026-06-01T00:00:00Z' }));

    expect(warnings).toEqual([]);
  });
});
