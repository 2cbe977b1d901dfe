import { datedRows } from '../close/paging/dated-rows.ts';
import { SEARCH } from '../close/search.ts';
import { contains, END, START, secondOf } from '../time/span.ts';
import { boundOn, judgeBound } from './bounds.ts';
import { bySearching } from './concerns.ts';
import { has, NO_ROW_FITS, rowBetween } from './grain.ts';
import { judgeOrder } from './order.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import { ofEachKind, ofOneKind } from './searches.ts';

const FIELD = 'date_updated';

const tryBound = (side: 'from' | 'until') =>
  ofOneKind(async ({ objectType, page }, scope): Promise<Finding> => {
    if (page.rows.length === 0) return unknown('there are no objects');
    const bound = boundOn(side, scope);
    const updated = side === 'from' ? { from: bound, to: END } : { from: START, to: bound };
    const found = await scope.search({ objectType, fields: ['id', FIELD], updated, limit: 5 });
    // A late index may find a row by its old date and send it with the new one.
    return judgeBound(found, FIELD, side, bound);
  });

const trySeconds = ofOneKind(async ({ objectType, page }, scope): Promise<Finding> => {
  const row = rowBetween(datedRows(page.rows, FIELD), () => true);
  if (!row) return NO_ROW_FITS;
  const find = (updated: { readonly from: number; readonly to: number }) =>
    scope.search({ objectType, fields: ['id', FIELD], updated, limit: SEARCH.limit });
  const second = secondOf(row.at);
  const exact = await find(second);
  if (has(exact, row, FIELD)) return holds();
  const isThere = has(await find({ from: second.from, to: END }), row, FIELD);
  return exact.cursor === null && isThere
    ? fails('the bound is coarser than a second')
    : unknown('the row that was asked for has changed since');
});

const tryEnd = ofEachKind(({ page }): Finding => {
  if (page.rows.length === 0 || page.cursor === undefined)
    return unknown('there is no page that could show it');
  if (page.total === null) return unknown('the search does not count');
  const left = page.total - page.rows.length;
  if (page.cursor === null && left > SEARCH.gone)
    return fails('a page says that it is the last one, but the count says that there are more');
  return page.cursor === null ? unknown('all objects are on one page') : holds();
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
  return second.rows.some(({ id }) => ids.includes(id))
    ? fails('the cursor leads to the same rows again')
    : holds();
});

/** Assumptions about the search, with which leads, contacts and custom objects are read. */
export const searchProbes: readonly Probe[] = [
  {
    name: 'search-two-dates',
    assumes: 'A search sorts by two dates',
    ifFalse:
      'The order of rows with the same date is not known. Stretches of time are halved, down to a second.',
    handledBy: 'close/paging/searcher.ts',
    concerns: bySearching,
    look: ofEachKind(({ sorts }) =>
      sorts === 2 ? holds() : fails(sorts === 1 ? 'it sorts by one date' : 'it does not sort'),
    ),
  },
  {
    name: 'search-order',
    assumes: 'A search returns rows in the order that is asked for',
    ifFalse:
      'Stretches of time are halved until one page shows each in full, which takes many more requests.',
    handledBy: 'close/walks/by-search.ts',
    concerns: bySearching,
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
    ifFalse: 'A walk does not know where to continue. It stops with a message, and the stream is not read.',
    concerns: bySearching,
    look: tryBound('from'),
  },
  {
    name: 'search-until',
    assumes: 'A search applies the upper bound of a date',
    ifFalse: 'Slices overlap. The same rows are read again and again, and emitted more than once.',
    handledBy: 'close/walks/by-search.ts',
    concerns: bySearching,
    look: tryBound('until'),
  },
  {
    name: 'search-second-bounds',
    assumes: 'A bound of a search is exact to the second',
    ifFalse:
      'A walk cannot ask for the objects of one second alone. If one second has very many, some are not read.',
    concerns: bySearching,
    looksAgain: true,
    look: trySeconds,
  },
  {
    name: 'search-counts',
    assumes: 'A search says how many objects it finds',
    ifFalse: 'Only the cursors show whether a walk has read all objects.',
    handledBy: 'close/walks/by-search.ts',
    concerns: bySearching,
    look: ofEachKind(({ page }) => (page.total === null ? fails('the answer has no count') : holds())),
  },
  {
    name: 'search-cursor-sent',
    assumes: 'Every page of a search has a cursor; it is null on the last page',
    ifFalse: 'Nothing says whether there are more rows, so the walk stops with a message.',
    concerns: bySearching,
    look: ofEachKind(({ page }) => (page.cursor === undefined ? fails('the answer has no cursor') : holds())),
  },
  {
    name: 'search-end',
    assumes: 'A search that says it has ended has brought every object',
    ifFalse: 'While the count says that there are more, the walk continues by date.',
    handledBy: 'close/walks/by-search.ts',
    concerns: bySearching,
    looksAgain: true,
    look: tryEnd,
  },
  {
    name: 'search-cursor',
    assumes: 'A cursor leads to other rows',
    ifFalse: 'If one second has more objects than a page holds, the walk stops with a message.',
    concerns: bySearching,
    looksAgain: true,
    look: tryCursor,
  },
];
