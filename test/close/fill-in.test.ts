import { describe, expect, test } from 'vitest';
import { fillIn, type NamedField } from '../../src/close/fill-in.ts';
import type { Row } from '../../src/close/row.ts';
import type { Api } from '../../src/close/walk.ts';
import { ProtocolError, RefusedError } from '../../src/errors.ts';
import { walkContext } from './walk-context.ts';

const FIELDS: readonly NamedField[] = ['lyrics', 'chords'].map((name) => ({
  name,
  mayHave: ({ mute }) => mute !== true,
  path: '/song/',
}));

interface Account {
  /** The values that the list and the single song have. */
  readonly inList?: (id: string) => object;
  readonly inSong?: (id: string) => object;
  readonly refuses?: 'list' | 'songs';
  /** Ids that the list does not bring. */
  readonly unlisted?: readonly string[];
  readonly strangers?: boolean;
}

const arrange = (account: Account, columns: readonly string[] = ['id', 'lyrics']) => {
  const lists: string[][] = [];
  const songs: string[] = [];
  const nothing = (): object => ({});
  const { inList = nothing, inSong = nothing, refuses, unlisted = [] } = account;
  const api: Api = {
    fetch: async ({ path, query }, parse) => {
      await new Promise(setImmediate);
      const asked = String(query?._fields).split(',');
      const only = (id: string, has: object): object => ({
        ...Object.fromEntries(Object.entries(has).filter(([name]) => asked.includes(name))),
        id,
      });
      const one = /^\/song\/(.+)\/$/.exec(path)?.[1];
      if (refuses === (one === undefined ? 'list' : 'songs'))
        throw new RefusedError('400', { request: path, status: 400 });
      if (one !== undefined) {
        songs.push(one);
        return parse(only(one, inSong(one)));
      }
      const ids = String(query?.id__in).split(',');
      lists.push(ids);
      const found = account.strangers ? ['stranger'] : ids.filter((id) => !unlisted.includes(id));
      return parse({ data: found.map((id) => only(id, inList(id))), has_more: false });
    },
  };
  const { context, walked } = walkContext({ api, max_concurrency: 4, columns });
  const fill = fillIn('/songs/', FIELDS, context);
  return { lists, songs, warnings: walked.warnings, fill };
};

const page = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: `s${from + index}`, name: 'La' }));
const lyricsOf = (id: string): object => ({ lyrics: `la ${id}` });
const filled = (rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, ...lyricsOf(row.id) }));
/** Every third song has no lyrics. */
const sometimes = (id: string): object => (Number(id.slice(1)) % 3 === 0 ? { lyrics: null } : lyricsOf(id));

describe('fields that are sent by name only', () => {
  test('are not asked for if they are not selected', async () => {
    const { fill, lists, songs } = arrange({ inList: lyricsOf, inSong: lyricsOf }, ['id', 'name']);
    const rows = page(0, 3);

    expect(await fill(rows)).toBe(rows);
    expect([lists, songs]).toEqual([[], []]);
  });

  test('come from the list if it sends them, fifty rows per request, and no object is asked', async () => {
    const { fill, lists, songs, warnings } = arrange({ inList: sometimes, inSong: sometimes });
    const rows = page(1, 120);

    const found = [...(await fill(rows)), ...(await fill(page(200, 10)))];

    const wanted = [...rows, ...page(200, 10)].map((row) => ({
      ...row,
      ...(Number(row.id.slice(1)) % 3 === 0 ? {} : lyricsOf(row.id)),
    }));
    expect(found).toEqual(wanted);
    expect(lists.map(({ length }) => length)).toEqual([50, 50, 20, 10]);
    expect([songs, warnings]).toEqual([[], []]);
  });

  test('come from each object if the list does not send them, and the list is not asked again', async () => {
    const { fill, lists, songs, warnings } = arrange({ inSong: lyricsOf });

    expect(await fill(page(0, 30))).toEqual(filled(page(0, 30)));
    expect(await fill(page(100, 30))).toEqual(filled(page(100, 30)));
    expect([lists.length, songs.length]).toEqual([1, 60]);
    expect(warnings).toEqual([]);
  });

  test('come from each object, also for pages that come while this is being found out', async () => {
    const inSong = (id: string): object => (Number(id.slice(1)) % 10 < 5 ? {} : lyricsOf(id));
    const { fill } = arrange({ inSong, inList: () => ({ lyrics: [] }) });
    const pages = [0, 30, 60].map((from) => page(from, 30));

    const found = (await Promise.all(pages.map((rows) => fill(rows)))).flat();

    expect(found.map(({ lyrics = null }) => lyrics)).toEqual(
      pages.flat().map(({ id }) => Reflect.get(inSong(id), 'lyrics') ?? null),
    );
  });

  test('come from each object if the list refuses the request', async () => {
    const { fill } = arrange({ refuses: 'list', inSong: lyricsOf });

    expect(await fill(page(0, 3))).toEqual(filled(page(0, 3)));
  });

  test('of a row that the list does not bring come from the object, even if the list sends other rows', async () => {
    const { fill, songs } = arrange({ inList: lyricsOf, inSong: lyricsOf, unlisted: ['s8'] });
    await fill(page(100, 1));

    expect(await fill(page(0, 10))).toEqual(filled(page(0, 10)));
    expect(songs).toEqual(['s8']);
  });

  test('that nothing sends give one warning, after a bounded number of requests', async () => {
    const { fill, songs, warnings } = arrange({});

    expect(await fill(page(0, 40))).toEqual(page(0, 40));
    expect(await fill(page(100, 40))).toEqual(page(100, 40));
    expect(songs).toHaveLength(20);
    expect(warnings).toEqual([expect.stringMatching(/had lyrics:/)]);
  });

  test('that objects refuse leave their rows as they are', async () => {
    const { fill, warnings } = arrange({ refuses: 'songs' });

    expect(await fill(page(0, 40))).toEqual(page(0, 40));
    expect(warnings).toHaveLength(1);
  });

  test('are taken from the list as soon as it has one, even after the search was given up', async () => {
    const { fill, songs } = arrange({ inList: (id) => (id.length > 4 ? lyricsOf(id) : {}) });
    await fill(page(0, 40));

    expect(await fill(page(100, 5))).toEqual(page(100, 5));
    expect(await fill(page(1000, 5))).toEqual(filled(page(1000, 5)));
    expect(songs).toHaveLength(20);
  });

  test('may come from different places', async () => {
    const { fill, songs } = arrange({ inList: lyricsOf, inSong: (id) => ({ chords: `C ${id}` }) }, [
      'id',
      'lyrics',
      'chords',
    ]);

    const found = await fill(page(0, 5));

    expect(found).toEqual(page(0, 5).map((row) => ({ ...row, ...lyricsOf(row.id), chords: `C ${row.id}` })));
    expect(songs).toHaveLength(5);
  });

  test('are not asked for in rows that cannot have them, or that have them already', async () => {
    const { fill, lists, songs } = arrange({ inList: lyricsOf });
    const rows: Row[] = [
      { id: 's1', mute: true },
      { id: 's2', lyrics: 'there' },
    ];

    expect(await fill(rows)).toEqual(rows);
    expect([lists, songs]).toEqual([[], []]);
  });

  test('are not taken from a list that ignores the ids', async () => {
    await expect(arrange({ strangers: true }).fill(page(0, 3))).rejects.toThrow(ProtocolError);
  });
});
