import { ApiError, ProtocolError } from '../errors.ts';
import { floorSecond, formatInstant, formatSecond, type Instant, MINUTE, SECOND } from '../time.ts';
import { crossSpan, type ListPart } from './cross-span.ts';
import { isCountedShort, type Page, parsePagedList, taken } from './envelope.ts';
import { instantOf, type Row, remember, type Seen, unseen } from './row.ts';
import {
  freshSlice,
  type ReadSlice,
  type Slice,
  type SliceOptions,
  type Step,
  UnreadError,
} from './slices.ts';
import {
  contains,
  cutAtMinutes,
  END,
  HALVES,
  type Span,
  START,
  stretchOf,
  subtract,
  widened,
} from './span.ts';
import type { WalkContext } from './walk.ts';

export interface DateListOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The field that the list is ordered by and filtered on. */
  readonly field: string;
  readonly direction: SliceOptions['direction'];
  readonly limit: number;
  /** The largest page that the endpoint is known to take, for a second with more rows than a page. */
  readonly largest?: number;
  /** Lists that together hold the same rows, for a second with more rows than `_skip` may pass. */
  readonly partition?: readonly ListPart[];
}

/** A filter may know no more than minutes; rows further outside its bounds show that it is ignored. */
const COARSEST = MINUTE;

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

const nameOf = (instant: Instant): string => (Number.isFinite(instant) ? formatInstant(instant) : 'any time');

/**
 * @param tolerance how far outside the bounds a row may lie
 * @throws ProtocolError when a row shows that the server did not apply the bounds
 */
export const checkBounds = (
  dated: readonly Dated[],
  span: Span,
  what: string,
  tolerance: number = COARSEST,
): void => {
  const outside = dated.find(({ at }) => at < span.from - tolerance || at >= span.to + tolerance);
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

/** Of rows that the last page ended with and the next must repeat, none came. */
const lacksEdge = (rows: readonly Row[], { seen }: Slice): boolean =>
  seen.size > 0 && !rows.some(({ id }) => seen.has(id));

/**
 * Keyset over a list that is ordered by a date: each request is bounded by the last date seen, inclusive, and what was
 * seen at that date is dropped, so that rows which come or go elsewhere move nothing. A second with more rows than a
 * page is crossed by offset, within that second only. A page that is not in order bounds nothing; its span is halved.
 *
 * A filter may know minutes only. It shows by rows from outside the bounds, or, as the upper bound then leaves out the
 * minute in which it lies, by missing rows of the second that a page must repeat. From then on all is done by minutes.
 * Each step ends its span, divides it or takes at least a second off it, so the number of requests is bounded.
 */
export const readByDate = (options: DateListOptions, context: WalkContext): ReadSlice => {
  const { field, direction, path, partition = [] } = options;
  const limit = Math.min(options.limit, context.pageSize ?? options.limit);
  const largest = Math.max(limit, options.largest ?? options.limit);
  let grain = SECOND;

  const request = async (
    span: Span,
    unit: number,
    paging: Readonly<Record<string, string>>,
    part: ListPart = {},
  ): Promise<Page> => {
    const bounds = widened(span, unit);
    const at = part.path ?? path;
    const query = { ...options.query, ...part.query, ...boundsOf(field, bounds), ...paging };
    const page = await context.api.fetch(
      { method: 'GET', path: at, stream: context.stream, query },
      parsePagedList,
    );
    context.nameless(page.nameless);
    checkBounds(datedRows(page.rows, field), bounds, `GET ${at}: ${field}`, COARSEST - unit);
    return page;
  };

  /** The slice once more, and all others from now on. */
  const byMinutes = (slice: Slice, rows: Row[] = []): Step => {
    grain = MINUTE;
    return { rows, rest: [{ ...slice, seen: versionsOf(rows, slice.seen) }] };
  };

  /** Reads in full what is no longer than the filter can tell apart. What cannot be read does not keep the rest. */
  const across = async (slice: Slice, stretch: Span, unit: number): Promise<Step> => {
    const rest = subtract(slice.span, [stretch]).map(freshSlice);
    const when = formatSecond(stretch.from);
    const known = versionsOf([], slice.seen);
    let bringsEdge = false;
    try {
      await crossSpan({
        request: async (paging, part) => {
          const page = await request(stretch, unit, paging, part);
          bringsEdge ||= !lacksEdge(page.rows, slice);
          return page;
        },
        sizes: limit < largest ? [largest] : [limit],
        partition,
        emit: (rows) => {
          const fresh = within(unseen(rows, known), field, slice.span);
          remember(known, fresh);
          return context.emit(fresh, []);
        },
        onParts: () => context.warn(`${path}: more rows at ${when} than _skip may pass, read type by type`),
      });
      if (!bringsEdge && unit === SECOND) return byMinutes(slice);
      return { rows: [], rest };
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      const what = `${path}: not all rows of ${when} can be read, everything else has been: ${error.message}`;
      return { rows: [], rest, gap: { span: stretch, error: new UnreadError(what, { cause: error }) } };
    }
  };

  return async (slice) => {
    const unit = grain;
    const page = taken(await request(slice.span, unit, { _limit: String(limit) }));
    const dated = datedRows(page.rows, field);
    const rows = within(unseen(page.rows, slice.seen), field, slice.span);
    const bounds = widened(slice.span, SECOND);
    const strays = dated.some(({ at }) => !contains(bounds, at));
    if (unit === SECOND && (strays || (direction === 'descending' && lacksEdge(page.rows, slice)))) {
      return byMinutes(slice, rows);
    }
    if (!page.hasMore && !isCountedShort(page, page.rows.length + page.nameless)) return { rows, rest: [] };

    const last = dated.at(-1);
    if (!last) throw new ProtocolError(`GET ${path}: a page without a dated row says that there is more`);
    if (!isOrdered(dated, direction) && slice.span.to - slice.span.from > unit) {
      const halves = cutAtMinutes(slice.span, HALVES, context.now());
      if (halves.length > 1) return { rows, rest: halves.map(freshSlice) };
    }
    const stretch = stretchOf(last.at, unit);
    const span: Span =
      direction === 'ascending'
        ? { from: Math.max(slice.span.from, stretch.from), to: slice.span.to }
        : { from: slice.span.from, to: Math.min(slice.span.to, stretch.to) };
    if (span.from === slice.span.from && span.to === slice.span.to) {
      await context.emit(rows, []);
      return across({ ...slice, seen: versionsOf(page.rows, slice.seen) }, stretch, unit);
    }
    const edge = dated.filter(({ at }) => contains(stretch, at)).map(({ row }) => row);
    const expected = page.total === null ? {} : { expected: page.total - page.rows.length };
    return { rows, rest: [{ span, seen: versionsOf(edge), ...expected }] };
  };
};

/** More rows than requests reach; to ask again would change nothing. */
const isUnreachable = (error: unknown): error is Error =>
  error instanceof ProtocolError || (error instanceof ApiError && error.status === 400);
