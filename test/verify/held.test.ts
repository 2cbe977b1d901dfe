import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { streams } from '../../src/streams/index.ts';
import { SECOND } from '../../src/time/instant.ts';
import { atGrain, readHeld } from '../../src/verify/held.ts';
import { parseHeldDate } from '../../src/verify/held-date.ts';
import { at } from '../close/walks/scripted-walk.ts';

const definitionOf = (name: string) => {
  const found = streams.find((definition) => definition.name === name);
  if (!found) throw new UsageError([`${name}: no such stream`]);
  return found;
};

async function* chunksOf(content: string | Uint8Array, size: number) {
  const bytes = Buffer.from(content);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Reads the content in pieces of `size` bytes, and gives the ids and versions of each stream. */
const read = async (content: string | Uint8Array, names: readonly string[] = ['leads'], size = 7) => {
  const held = await readHeld(chunksOf(content, size), 'ids.txt', names.map(definitionOf), definitionOf);
  return Object.fromEntries(
    [...held].map(([{ name }, { ids }]) => [
      name,
      [...ids.rows(() => true)].map((row) => [ids.id(row), ids.version(row)] as const),
    ]),
  );
};

const NONE = Number.NEGATIVE_INFINITY;
const NOON = at('2026-05-01T12:00:00.123456Z');

describe('what a warehouse holds', () => {
  test.each([
    ['one id per line', 'lead_a\nlead_b\n'],
    ['lines with CR LF, empty lines, and no end of the last line', '\r\nlead_a\r\n\r\nlead_b'],
    ['with a byte order mark', '\uFEFFlead_a\nlead_b\n'],
    ['CSV of one column', 'id\nlead_a\nlead_b\n'],
    [
      'CSV with quotes, a byte order mark and capitals',
      '\uFEFF"ID","NAME"\r\n"lead_a","x"\r\n"lead_b","y"\r\n',
    ],
    [
      'CSV whose other columns have commas, quotes and line ends',
      'name,id\n"a, ""b""\nc\n",lead_a\n,"lead_b"\n',
    ],
    ['fields divided by tabs', 'name\tid\nx, y\tlead_a\n\tlead_b\n'],
    ['fields divided by semicolons', 'id;name\nlead_a;x\nlead_b;\n'],
    ['JSON lines', '{"id":"lead_a","name":"ä"}\n\n{"name":null,"id":"lead_b"}\n'],
  ])('is read from %s, in pieces of any size', async (_, text) => {
    for (const size of [1, 2, 5, 1000]) {
      expect(await read(text, ['leads'], size)).toEqual({
        leads: [
          ['lead_a', NONE],
          ['lead_b', NONE],
        ],
      });
    }
  });

  test('has the newest version of a row that comes more than once', async () => {
    const lines = [
      'id,date_updated',
      `lead_a,2026-05-01`,
      'lead_a,2026-05-01T12:00:00.123456Z',
      'lead_a,',
      'lead_a,2026-04-01',
    ];

    expect(await read(lines.join('\n'))).toEqual({ leads: [['lead_a', NOON]] });
  });

  test('has the version of date_updated, or else of the replication key, and of no other date', async () => {
    const both = 'id,date_created,date_updated\nx,2026-01-01,2026-05-01T12:00:00.123456Z';
    const created = 'id,date_created\nx,2026-05-01T12:00:00.123456Z';

    expect(await read(both, ['activities'])).toEqual({ activities: [['x', NOON]] });
    expect(await read(created, ['activities'])).toEqual({ activities: [['x', NOON]] });
    expect(await read(created, ['leads'])).toEqual({ leads: [['x', NONE]] });
  });

  test('is divided by a column stream', async () => {
    const text = 'stream,id\nleads,lead_a\ntasks,task_a\nleads,lead_b\n';
    const leads = [
      ['lead_a', NONE],
      ['lead_b', NONE],
    ];

    expect(await read(text, [])).toEqual({ leads, tasks: [['task_a', NONE]] });
    expect(await read(text, ['leads'])).toEqual({ leads });
  });
});

describe('a file that holds no ids is refused in one sentence', () => {
  const HOW =
    'write one id per line, or CSV or JSON lines with a column id (psql --csv, duckdb -csv, bq query --format=csv)';

  test.each<[string, string | Uint8Array, string]>([
    ['empty', '', `ids.txt: the file is empty; ${HOW}`],
    ['only line ends', '\n\r\n', `ids.txt: the file is empty; ${HOW}`],
    ['a header without rows', 'id,date_updated\n', 'ids.txt: the file holds no id of leads'],
    [
      'no column id',
      'name,email\na,b\n',
      `ids.txt: there is no column id; the first line has "name", "email"; ${HOW}`,
    ],
    [
      'a sentence',
      'no rows found\n',
      `ids.txt: there is no column id; the first line has "no rows found"; ${HOW}`,
    ],
    ['a drawn table', ' id \n----\n lead_a\n(1 row)\n', `ids.txt:2: "----" is not an id; ${HOW}`],
    ['a row without an id', 'id,name\n,x\n', 'ids.txt:2: the row has no id'],
    [
      'too many fields',
      'id,name\nlead_a,x,y\n',
      `ids.txt:2: the row has 3 fields, but the header has 2; ${HOW}`,
    ],
    [
      'an open quote',
      'id,name\nlead_a,"x\nlead_b,y\n',
      'ids.txt:2: a quoted field begins here and never ends',
    ],
    ['JSON without an id', '{"name":"x"}\n', `ids.txt:1: the row has no id; ${HOW}`],
    [
      'JSON that is cut off',
      '{"id":"lead_a"}\n{"id":"le\n',
      'ids.txt:2: the line is not a JSON object; write one row per line',
    ],
    [
      'a JSON list',
      '[{"id":"lead_a"}]',
      'ids.txt: the file is a JSON list; write one row per line (duckdb -jsonlines), or CSV',
    ],
    [
      'no date',
      'id,date_updated\nlead_a,yesterday\n',
      'ids.txt:2: date_updated is "yesterday", which is not a date such as 2026-01-02T03:04:05.678901Z; leave the column out if it holds no dates',
    ],
    [
      'binary',
      Uint8Array.of(0x50, 0x41, 0x52, 0x31, 0, 1),
      'ids.txt: the file is binary; export the ids as text, for example as CSV',
    ],
    [
      'compressed',
      Uint8Array.of(0x1f, 0x8b, 8, 8, 1),
      'ids.txt: the file is not UTF-8 text; export the ids as text, for example as CSV',
    ],
    [
      'UTF-16',
      Buffer.from('\uFEFFlead_a', 'utf16le'),
      'ids.txt: the file is UTF-16, as PowerShell writes it; write it as UTF-8',
    ],
  ])('%s', async (_, content, problem) => {
    for (const size of [4, 1000]) {
      await expect(read(content, ['leads'], size)).rejects.toEqual(new UsageError([problem]));
    }
  });

  test('a line without an end', async () => {
    const line = 'x'.repeat(17 * 1024 * 1024);
    const problem = 'ids.txt:1: the line is longer than 16 MiB; write one row per line';

    await expect(read(line, ['leads'], 1024 * 1024)).rejects.toEqual(new UsageError([problem]));
  });

  test('no column stream for several streams', async () => {
    await expect(read('lead_a\n', [])).rejects.toThrow(/^ids.txt: name the stream whose ids these are/);
    await expect(read('lead_a\n', ['leads', 'tasks'])).rejects.toThrow(/^ids.txt: a column stream must say/);
    await expect(read('stream,id\nlead,lead_a\n', [])).rejects.toThrow('lead: no such stream');
    await expect(read('stream,id\nleads,lead_a\n', ['leads', 'tasks'])).rejects.toThrow(
      'ids.txt: the file holds no id of tasks',
    );
  });
});

describe('a date of a warehouse', () => {
  test.each([
    ['2026-05-01T12:00:00.123456Z', 1],
    ['2026-05-01 12:00:00.123456', 1],
    ['2026-05-01 12:00:00.123456+00', 1],
    ['2026-05-01 17:30:00.123456+05:30', 1],
    ['2026-05-01 05:00:00.123456-07', 1],
    ['2026-05-01 12:00:00.123456 UTC', 1],
  ])('%s', (text, grain) => {
    expect(parseHeldDate(text)).toEqual({ at: NOON, grain });
  });

  test.each([
    ['2026-05-01 12:00:00', SECOND],
    ['2026-05-01 12:00:00.123', 1000],
    ['2026-05-01', SECOND],
  ])('%s is only as exact as it is written', (text, grain) => {
    expect(parseHeldDate(text)?.grain).toBe(grain);
  });

  test.each(['', 'x', '1764200000', '2026-13-01'])('"%s" is not a date', (text) => {
    expect(parseHeldDate(text)).toBeNull();
  });

  test('is compared by milliseconds if it has only those', async () => {
    const text = 'id,date_updated\nlead_a,2026-05-01T12:00:00.123Z\n';
    const held = [
      ...(await readHeld(chunksOf(text, 9), 'x', [definitionOf('leads')], definitionOf)).values(),
    ][0];

    expect(held && atGrain(held, 0, NOON) === held.ids.version(0)).toBe(true);
  });
});
