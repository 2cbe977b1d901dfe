import { datedRows } from '../close/paging/dated-rows.ts';
import type { Row } from '../close/row.ts';
import { contains, END, START, secondOf } from '../time/span.ts';
import { boundOn, judgeBound } from './bounds.ts';
import { amidst } from './grain.ts';
import { judgeOrder } from './order.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import { ofEachKind, ofOneKind } from './searches.ts';
import { bySearching } from './touches.ts';

const FIELD = 'date_updated';

const tryBound = (side: 'from' | 'until') =>
  ofOneKind(async ({ objectType, page }, scope): Promise<Finding> => {
    if (page.rows.length === 0) return unknown('there are no objects');
    const bound = boundOn(side, scope);
    const updated = side === 'from' ? { from: bound, to: END } : { from: START, to: bound };
    const found = await scope.search({ objectType, fields: ['id', FIELD], updated, limit: 5 });
    // An index that is late may bring a row by its old date, with its new one.
    return judgeBound(found, FIELD, side, bound);
  });

const trySeconds = ofOneKind(async ({ objectType, page }, scope): Promise<Finding> => {
  const row = amidst(datedRows(page.rows, FIELD), () => true);
  if (!row) return unknown('no row lies amidst older and newer ones');
  const find = (updated: { readonly from: number; readonly to: number }) =>
    scope.search({ objectType, fields: ['id', FIELD], updated, limit: 200 });
  const has = (rows: readonly Row[]): boolean =>
    datedRows(rows, FIELD).some((one) => one.row.id === row.row.id && one.at === row.at);
  const second = secondOf(row.at);
  const exact = await find(second);
  if (has(exact.rows)) return holds();
  const isThere = has((await find({ from: second.from, to: END })).rows);
  return exact.cursor === null && isThere
    ? fails('a bound knows no seconds')
    : unknown('the row that was asked for has changed');
});

/** A count may hold objects that are gone. */
const GONE = 10;

const tryEnd = ofEachKind(({ page }): Finding => {
  if (page.rows.length === 0 || page.cursor === undefined) return unknown('there is no page to tell by');
  if (page.total === null) return unknown('the search does not count');
  const left = page.total - page.rows.length;
  if (page.cursor === null && left > GONE)
    return fails('a page calls itself the last, and is not by the count');
  return page.cursor === null ? unknown('all of them are on one page') : holds();
});

const tryCursor = ofOneKind(async ({ objectType, page, span, sorts }, scope): Promise<Finding> => {
  const sort = [FIELD, 'date_created'].slice(0, sorts);
  const ask = (cursor: string | null) =>
    scope.search({ objectType, fields: ['id'], updated: span, sort, limit: 2, cursor });
  if (page.rows.length < 5) return unknown('there are too few objects');
  const first = await ask(null);
  if (!first.cursor) return unknown('the search gave no cursor');
  const second = await ask(first.cursor);
  const ids = first.rows.map(({ id }) => id);
  if (second.rows.length === 0) return unknown('the next page is empty');
  return second.rows.some(({ id }) => ids.includes(id)) ? fails('it leads to rows that were seen') : holds();
});

/** The search, by which leads, contacts and custom objects are read. */
export const searchProbes: readonly Probe[] = [
  {
    name: 'search-two-dates',
    assumes: 'A search sorts by two dates',
    ifFalse: 'The order of rows of one date is not known; stretches are halved down to a second.',
    survivedBy: 'close/paging/searcher.ts',
    touches: bySearching,
    look: ofEachKind(({ sorts }) =>
      sorts === 2 ? holds() : fails(sorts === 1 ? 'it sorts by one' : 'it does not sort'),
    ),
  },
  {
    name: 'search-order',
    assumes: 'A search comes in the order that is asked for',
    ifFalse:
      'Stretches of time are halved until one page shows each in full, which takes many more requests.',
    survivedBy: 'close/walks/by-search.ts',
    touches: bySearching,
    look: ofEachKind(({ page, span, sorts }) =>
      sorts === 0
        ? unknown('the search does not sort')
        : judgeOrder(
            datedRows(page.rows, FIELD).filter(({ at }) => contains(span, at)),
            'ascending',
          ),
    ),
  },
  {
    name: 'search-from',
    assumes: 'A search applies the lower bound of a date',
    ifFalse: 'A walk cannot tell where to go on: it stops with a message, and the stream is not read.',
    touches: bySearching,
    look: tryBound('from'),
  },
  {
    name: 'search-until',
    assumes: 'A search applies the upper bound of a date',
    ifFalse: 'Slices overlap: the same rows are read again and again, and come out more than once.',
    survivedBy: 'close/walks/by-search.ts',
    touches: bySearching,
    look: tryBound('until'),
  },
  {
    name: 'search-second-bounds',
    assumes: 'A bound of a search is exact to the second',
    ifFalse: 'Objects of one second cannot be read by themselves, so a tie of many is not read in full.',
    touches: bySearching,
    looksAgain: true,
    look: trySeconds,
  },
  {
    name: 'search-counts',
    assumes: 'A search says how many objects it finds',
    ifFalse: 'Whether a walk has read all of them is told by its cursors alone.',
    survivedBy: 'close/walks/by-search.ts',
    touches: bySearching,
    look: ofEachKind(({ page }) => (page.total === null ? fails('no count came') : holds())),
  },
  {
    name: 'search-cursor-told',
    assumes: 'Every page of a search has a cursor, or says with null that it is the last',
    ifFalse: 'Nothing says whether there is more, so the walk stops with a message.',
    touches: bySearching,
    look: ofEachKind(({ page }) => (page.cursor === undefined ? fails('no cursor came') : holds())),
  },
  {
    name: 'search-end',
    assumes: 'A search that says it is at its end has brought all',
    ifFalse: 'The walk does not believe it while the count says more, and goes on by date.',
    survivedBy: 'close/walks/by-search.ts',
    touches: bySearching,
    looksAgain: true,
    look: tryEnd,
  },
  {
    name: 'search-cursor',
    assumes: 'A cursor leads on to other rows',
    ifFalse: 'More objects of one second than a page holds cannot be read; the walk stops with a message.',
    touches: bySearching,
    looksAgain: true,
    look: tryCursor,
  },
];
