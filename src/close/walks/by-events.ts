import { ApiError, ProtocolError } from '../../errors.ts';
import { MINUTE } from '../../time/instant.ts';
import { contains, END, halves, type Span, secondOf, subtract, widened } from '../../time/span.ts';
import { type Page, parseEvents, taken } from '../envelope.ts';
import {
  boundsOf,
  checkBounds,
  datedRows,
  isOrdered,
  lacksEdge,
  versionsOf,
  within,
} from '../paging/dated-rows.ts';
import { readNewestFirst } from '../paging/newest-first.ts';
import { freshSlice, type ReadSlice, type Slice } from '../paging/slice.ts';
import { unseen } from '../row.ts';
import type { Walk, WalkContext } from '../walk.ts';

const FIELD = 'date_updated';
const PATH = '/event/';
/** More is refused. */
const LIMIT = 50;

/** Cursors refused on end, each replaced by a bounded request, without a new row. */
const MOST_REFUSED = 5;

/** Pages on end without a new row, besides those that repeat what was seen: a cursor that leads nowhere. */
const MOST_IDLE = 5;

/** Filters besides the date; only documented combinations work. */
export type EventFilters = Readonly<Record<string, string>>;

/**
 * One slice of the event log, newest first: bounded by date for its first page, by cursor from then on. The cursor
 * ignores the dates, so the lower bound is kept here; one that expired is replaced by a bounded request, whose page
 * repeats the last second, which is dropped.
 */
export const readEvents = (filters: EventFilters, context: WalkContext): ReadSlice => {
  const limit = Math.min(LIMIT, context.pageSize ?? LIMIT);
  const request = (query: Record<string, string>): Promise<Page> =>
    context.api.fetch(
      {
        method: 'GET',
        path: PATH,
        stream: context.stream,
        query: { ...filters, ...query, _limit: String(limit) },
      },
      parseEvents,
    );
  const bounded = async (span: Span): Promise<Page> => {
    const page = await request(boundsOf(FIELD, span));
    checkBounds(datedRows(page.rows, FIELD), span, `GET ${PATH}: ${FIELD}`);
    return page;
  };
  /** As `bounded`, where a page ended: a filter that knows minutes only leaves out the one in which the span ends. */
  const continued = async (slice: Slice): Promise<Page> => {
    const page = await bounded(slice.span);
    return lacksEdge(page.rows, slice) ? bounded(widened(slice.span, MINUTE)) : page;
  };
  /** Null when the cursor is refused, as one that expired is. */
  const byCursor = async (cursor: string): Promise<Page | null> => {
    try {
      return await request({ _cursor: cursor });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      return null;
    }
  };

  return async function* (slice) {
    const followed = slice.cursor ? await byCursor(slice.cursor) : null;
    const page = taken(followed ?? (await continued(slice)));
    context.nameless(page.nameless);
    const rows = within(unseen(page.rows, slice.seen), FIELD, slice.span);
    const dated = datedRows(page.rows, FIELD);
    const oldest = dated.at(-1)?.at ?? slice.span.to;
    const isFruitful = datedRows(rows, FIELD).some(({ row }) => !slice.seen.has(row.id));
    const hasNew = rows.length > 0;
    yield rows;
    if (page.cursor === null || oldest < slice.span.from) return { slices: [] };
    if (!isOrdered(dated, 'descending')) {
      const parts = halves(slice.span, context.now());
      if (parts.length > 1) return { slices: parts.map(freshSlice) };
    }
    const second = secondOf(oldest);
    const edge = [...dated.filter(({ at }) => contains(second, at)).map(({ row }) => row)];
    const span = { from: slice.span.from, to: Math.min(slice.span.to, second.to) };
    const refusals = (slice.refused ?? 0) + (slice.cursor && !followed ? 1 : 0);
    const refused = hasNew ? 0 : refusals;
    if (refused > MOST_REFUSED)
      throw new ProtocolError(`GET ${PATH}: cursors expire before they can be followed`);
    const idle = isFruitful ? 0 : (slice.idle ?? 0) + 1;
    if (idle > MOST_IDLE + slice.seen.size / Math.max(1, page.rows.length)) {
      throw new ProtocolError(`GET ${PATH}: the cursors go on and bring nothing new`);
    }
    // Within one second only the cursor gets on, and what was seen there adds up.
    const known = span.to === slice.span.to ? slice.seen : new Map<string, string>();
    return { slices: [{ span, seen: versionsOf(edge, known), cursor: page.cursor, refused, idle }] };
  };
};

/** The event log along its dates, newest first. */
export const byEvents = (): Walk => ({
  along: FIELD,
  newestFirst: true,
  read: async (range, context, emit) => {
    const spans = subtract({ from: range.from, to: END }, range.finished);
    const read = readEvents({}, context);
    await readNewestFirst(spans, read, { field: FIELD, limit: LIMIT }, context, emit);
  },
});
