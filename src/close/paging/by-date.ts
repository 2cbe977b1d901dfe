import { ApiError, ProtocolError } from '../../errors.ts';
import { MINUTE, SECOND } from '../../time/instant.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { contains, halves, type Span, stretchOf, subtract, widened } from '../../time/span.ts';
import { isCountedShort, type Page, parsePagedList, taken } from '../envelope.ts';
import { type Row, remember, unseen } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { crossSpan, type ListPart } from './cross-span.ts';
import {
  boundsOf,
  COARSEST,
  checkBounds,
  datedRows,
  isOrdered,
  lacksEdge,
  versionsOf,
  within,
} from './dated-rows.ts';
import {
  freshSlice,
  type ReadSlice,
  type Rest,
  type Slice,
  type SliceOptions,
  UnreadError,
} from './slice.ts';

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
  /** Told how many rows the first request counts, if it counts them. */
  readonly onTotal?: ((rows: number) => void) | undefined;
}

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
  // The size that the user wants, as far as that goes.
  const sizes = context.pageSize === null || limit === largest ? [largest] : [limit, largest];
  let grain = SECOND;
  let isFirst = true;

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
  const byMinutes = (slice: Slice, seen: Slice['seen'] = slice.seen): Rest => {
    grain = MINUTE;
    return { slices: [{ ...slice, seen }] };
  };

  /** Reads in full what is no longer than the filter can tell apart. What cannot be read does not keep the rest. */
  async function* across(slice: Slice, stretch: Span, unit: number): AsyncGenerator<Row[], Rest> {
    const slices = subtract(slice.span, [stretch]).map(freshSlice);
    const when = formatSecond(stretch.from);
    const known = versionsOf([], slice.seen);
    let bringsEdge = false;
    try {
      const pages = crossSpan({
        request: async (paging, part) => {
          const page = await request(stretch, unit, paging, part);
          bringsEdge ||= !lacksEdge(page.rows, slice);
          return page;
        },
        sizes,
        partition,
        onMissing: (part) =>
          context.warn(`${nameOfPart(part)} does not exist in this account; its rows are not read`),
        onParts: () => context.warn(`${path}: more rows at ${when} than _skip may pass, read type by type`),
      });
      for await (const rows of pages) {
        const fresh = within(unseen(rows, known), field, slice.span);
        remember(known, fresh);
        yield fresh;
      }
      return !bringsEdge && unit === SECOND ? byMinutes(slice) : { slices };
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      const what = `${path}: not all rows of ${when} can be read, everything else has been: ${error.message}`;
      return { slices, gap: { span: stretch, error: new UnreadError(what, { cause: error }) } };
    }
  }

  return async function* (slice) {
    const unit = grain;
    const page = taken(await request(slice.span, unit, { _limit: String(limit) }));
    if (isFirst && page.total !== null) options.onTotal?.(page.total);
    isFirst = false;
    const dated = datedRows(page.rows, field);
    const rows = within(unseen(page.rows, slice.seen), field, slice.span);
    const bounds = widened(slice.span, SECOND);
    const strays = dated.some(({ at }) => !contains(bounds, at));
    if (unit === SECOND && (strays || (direction === 'descending' && lacksEdge(page.rows, slice)))) {
      const known = versionsOf(rows, slice.seen);
      yield rows;
      return byMinutes(slice, known);
    }
    yield rows;
    if (!page.hasMore && !isCountedShort(page, page.rows.length + page.nameless)) return { slices: [] };

    const last = dated.at(-1);
    if (!last) throw new ProtocolError(`GET ${path}: a page without a dated row says that there is more`);
    if (!isOrdered(dated, direction) && slice.span.to - slice.span.from > unit) {
      const parts = halves(slice.span, context.now());
      if (parts.length > 1) return { slices: parts.map(freshSlice) };
    }
    const stretch = stretchOf(last.at, unit);
    const span: Span =
      direction === 'ascending'
        ? { from: Math.max(slice.span.from, stretch.from), to: slice.span.to }
        : { from: slice.span.from, to: Math.min(slice.span.to, stretch.to) };
    if (span.from === slice.span.from && span.to === slice.span.to) {
      return yield* across({ ...slice, seen: versionsOf(page.rows, slice.seen) }, stretch, unit);
    }
    const edge = dated.filter(({ at }) => contains(stretch, at)).map(({ row }) => row);
    const expected = page.total === null ? {} : { expected: page.total - page.rows.length };
    return { slices: [{ span, seen: versionsOf(edge), ...expected }] };
  };
};

const nameOfPart = ({ path, query = {} }: ListPart): string => path ?? Object.values(query).join(', ');

/** More rows than requests reach; to ask again would change nothing. */
const isUnreachable = (error: unknown): error is Error =>
  error instanceof ProtocolError || (error instanceof ApiError && error.status === 400);
