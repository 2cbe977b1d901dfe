import { describe, expect, test } from 'vitest';
import { type Page, parseEvents, parseList, parsePagedList, parseSearch } from '../../src/close/envelope.ts';

describe('a page', () => {
  test.each<[string, (body: unknown) => Page, unknown, Partial<Page>]>([
    [
      'of a list',
      parsePagedList,
      { data: [{ id: 'a' }], has_more: true },
      { hasMore: true, total: null, cursor: null },
    ],
    [
      'of a list with a total',
      parsePagedList,
      { data: [], has_more: false, total_results: 7 },
      { hasMore: false, total: 7 },
    ],
    ['of a list without pages', parseList, { data: [{ id: 'a' }] }, { hasMore: false }],
    ['of a list with unknown keys', parseList, { data: [], extra: 1, total_results: null }, { total: null }],
    [
      'of a search',
      parseSearch,
      { data: [{ id: 'a' }], cursor: 'c' },
      { hasMore: true, cursor: 'c', total: null },
    ],
    ['of a search, the last', parseSearch, { data: [], cursor: null }, { hasMore: false, cursor: null }],
    [
      'of a search with counts',
      parseSearch,
      { data: [], cursor: null, count: { limited: 5, total: 9 } },
      { total: 9 },
    ],
    [
      'of events',
      parseEvents,
      { data: [], cursor_next: 'n', cursor_previous: null },
      { hasMore: true, cursor: 'n' },
    ],
    ['of events, the last', parseEvents, { data: [], cursor_next: null }, { hasMore: false, cursor: null }],
  ])('%s is read', (_, parse, body, expected) => {
    const page = parse(body);

    expect(page).toMatchObject(expected);
  });

  test.each([parseList, parsePagedList, parseSearch, parseEvents])(
    'keeps rows with an id, and counts the others (%#)',
    (parse) => {
      const data = [
        { id: 'a', x: { y: 1 } },
        {},
        null,
        'b',
        { id: null },
        { id: '' },
        { id: 7 },
        { id: 'c' },
      ];

      const page = parse({ data, has_more: false, cursor: null, cursor_next: null });

      expect(page.rows).toEqual([{ id: 'a', x: { y: 1 } }, { id: 'c' }]);
      expect(page.withoutId).toBe(6);
    },
  );

  test.each([null, [], 'text', {}, { data: null }, { data: {} }, { error: 'x' }])(
    'is not accepted from %j',
    (body) => {
      for (const parse of [parseList, parsePagedList, parseSearch, parseEvents]) {
        expect(() => parse(body)).toThrow();
      }
    },
  );

  test('of a list that was asked for page by page must say whether there is more', () => {
    expect(() => parsePagedList({ data: [] })).toThrow();
    expect(() => parsePagedList({ data: [], has_more: 'no' })).toThrow();
  });

  test('of events must say whether there is more, by a cursor or by null', () => {
    expect(() => parseEvents({ data: [] })).toThrow();
  });

  test('is not accepted with a cursor that is not a text', () => {
    expect(() => parseSearch({ data: [], cursor: 5 })).toThrow();
    expect(() => parseSearch({ data: [] })).toThrow('cursor: expected a text, or null at the end');
    expect(() => parseEvents({ data: [], cursor_next: {} })).toThrow();
  });
});
