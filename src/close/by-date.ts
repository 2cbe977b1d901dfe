import { ApiError, ProtocolError } from '../errors.ts';
import { floorSecond, formatInstant, formatSecond, type Instant, MINUTE } from '../time.ts';
import { byOffset } from './by-offset.ts';
import { type Page, parsePagedList, taken } from './envelope.ts';
import { instantOf, type Row, remember, type Seen, unseen } from './row.ts';
import { freshSlice, type ReadSlice, type Slice, type SliceOptions, type Step } from './slices.ts';
import { contains, cut, END, HALVES, type Span, START, secondOf, subtract } from './span.ts';
import type { WalkContext } from './walk.ts';

export interface DateListOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The field that the list is ordered by and filtered on. */
  readonly field: string;
  readonly direction: SliceOptions['direction'];
  readonly limit: number;
  /** Lists that together hold the same rows, for a second with more rows than `_skip` may pass. */
  readonly partition?: readonly string[];
}

/** How far outside the bounds a row may lie before the filter counts as ignored: filters may be coarse. */
const COARSENESS = MINUTE;

/**
 * The query for a span. Bounds are whole seconds and half-open, so that a filter which knows only seconds means the
 * same by them as one which knows microseconds.
 */
export const boundsOf = (field: string, span: Span): Record<string, string> => ({
  ...(span.from === START ? {} : { [`${field}__gte`]: formatSecond(span.from) }),
  ...(span.to === END ? {} : { [`${field}__lt`]: formatSecond(span.to) }),
});

/** A row with the instant at which the walk finds it. */
export interface Dated {
  readonly row: Row;
  readonly at: Instant;
}

/** The rows that have a date; the others belong nowhere and are emitted wherever they turn up. */
export const datedRows = (rows: readonly Row[], field: string): Dated[] =>
  rows.flatMap((row) => {
    const at = instantOf(row, field);
    return at === null ? [] : [{ row, at }];
  });

export const nameOf = (instant: Instant): string =>
  Number.isFinite(instant) ? formatInstant(instant) : 'any time';

/** @throws ProtocolError when a row shows that the server did not apply the bounds */
export const checkBounds = (dated: readonly Dated[], span: Span, what: string): void => {
  const outside = dated.find(({ at }) => at < span.from - COARSENESS || at >= span.to + COARSENESS);
  if (!outside) return;
  throw new ProtocolError(
    `${what} from ${nameOf(span.from)} to ${nameOf(span.to)} brought ${outside.row.id} of ` +
      `${formatInstant(outside.at)}: the server ignored the filter`,
  );
};

/** Whole seconds are compared: anchors are no finer, and an index may know less than the rows say. */
export const isOrdered = (dated: readonly Dated[], direction: SliceOptions['direction']): boolean =>
  dated.every(({ at }, index) => {
    const second = floorSecond(at);
    const before = floorSecond(dated[index - 1]?.at ?? at);
    return direction === 'ascending' ? second >= before : second <= before;
  });

/** Ids and versions of rows, for the next page to drop. */
export const versionsOf = (rows: readonly Row[], known: ReadonlyMap<string, string> = new Map()): Seen => {
  const seen: Seen = new Map(known);
  remember(seen, rows);
  return seen;
};

/** The rows that are within the span, or that have no date to tell by. */
export const within = (rows: readonly Row[], field: string, span: Span): Row[] =>
  rows.filter((row) => {
    const at = instantOf(row, field);
    return at === null || contains(span, at);
  });

/**
 * Keyset over a list that is ordered by a date: each request is bounded by the last date seen, inclusive, and what was
 * seen at that date is dropped, so that rows which come or go elsewhere move nothing. A second with more rows than a
 * page is crossed by offset, within that second only. A page that is not in order bounds nothing; its span is halved.
 */
export const readByDate = (options: DateListOptions, context: WalkContext): ReadSlice => {
  const { field, direction, path } = options;
  const limit = Math.min(options.limit, context.pageSize ?? options.limit);
  const request = async (span: Span, paging: Record<string, string>, at = path): Promise<Page> => {
    const query = { ...options.query, ...boundsOf(field, span), ...paging };
    const page = await context.api.fetch(
      { method: 'GET', path: at, stream: context.stream, query },
      parsePagedList,
    );
    context.nameless(page.nameless);
    checkBounds(datedRows(page.rows, field), span, `GET ${at}: ${field}`);
    return page;
  };

  const crossSecond = async (second: Span, slice: Slice, at: string): Promise<void> => {
    const pages = byOffset(
      (skip, count) =>
        request(second, { _limit: String(count), ...(skip > 0 ? { _skip: String(skip) } : {}) }, at),
      limit,
    );
    for await (const page of pages) {
      await context.emit(within(unseen(page.rows, slice.seen), field, slice.span), []);
    }
  };

  /** Reads one second in full: in one go, or where `_skip` is refused, list by list of the partition. */
  const acrossSecond = async (slice: Slice, second: Span): Promise<Step> => {
    try {
      await crossSecond(second, slice, path);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400 || !options.partition) throw error;
      context.warn(
        `${path}: more rows at ${formatSecond(second.from)} than _skip may pass, read type by type`,
      );
      for (const part of options.partition) await crossSecond(second, slice, part);
    }
    return { rows: [], rest: subtract(slice.span, [second]).map(freshSlice) };
  };

  return async (slice) => {
    const page = taken(await request(slice.span, { _limit: String(limit) }));
    const rows = within(unseen(page.rows, slice.seen), field, slice.span);
    if (!page.hasMore) return { rows, rest: [] };

    const dated = datedRows(page.rows, field);
    const last = dated.at(-1);
    if (!last) throw new ProtocolError(`GET ${path}: a page without a dated row says that there is more`);
    if (!isOrdered(dated, direction)) {
      const halves = cut(slice.span, HALVES, context.now());
      if (halves.length > 1) return { rows, rest: halves.map(freshSlice) };
    }
    const second = secondOf(last.at);
    const span: Span =
      direction === 'ascending'
        ? { from: Math.max(slice.span.from, second.from), to: slice.span.to }
        : { from: slice.span.from, to: Math.min(slice.span.to, second.to) };
    if (span.from === slice.span.from && span.to === slice.span.to) {
      await context.emit(rows, []);
      return acrossSecond({ ...slice, seen: versionsOf(page.rows, slice.seen) }, second);
    }
    const edge = dated.filter(({ at }) => contains(second, at)).map(({ row }) => row);
    const expected = page.total === null ? {} : { expected: page.total - page.rows.length };
    return { rows, rest: [{ span, seen: versionsOf(edge), ...expected }] };
  };
};
