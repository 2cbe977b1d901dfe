import type { Instant } from '../../time/instant.ts';
import { contains, halves, type Span, stretchOf, subtract, widened } from '../../time/span.ts';
import { type Page, taken } from '../envelope.ts';
import { type Row, unseen } from '../row.ts';
import { datedRows, versionsOf, within } from './dated-rows.ts';
import { createPageOrder } from './page-order.ts';
import { freshSlice, type ReadSlice, type Rest, type Slice, type SliceOptions } from './slice.ts';

/** One page of a source. */
export interface SourcePage extends Page {
  /** Whether more of the slice may follow. It is false only if it is certain that nothing follows. */
  readonly hasMore: boolean;
  /** What else is known of the rest of the slice. */
  readonly carried?: Partial<Slice>;
}

/** Rows in order of a date field, which the server can filter by that field. */
export interface Source {
  readonly field: string;
  /** Null if its pages come in no order. */
  readonly direction: SliceOptions['direction'] | null;
  /** The unit in which its filter compares dates, in microseconds. */
  readonly grain: number;
  /** Asks for the page with which a slice begins. */
  readonly page: (slice: Slice) => Promise<SourcePage>;
  /** Rows outside the slice are yielded too: they changed after the server found them. */
  readonly keepsStrays?: true;
  /**
   * Goes on after a page that says there is more but has no row of the slice. Absent if the cursor of the page is
   * enough.
   */
  readonly withoutRow?: (slice: Slice, page: Page) => AsyncGenerator<Row[], Rest>;
  /** Reads all rows of a stretch that is as long as the grain. Absent if the cursor of the page is enough. */
  readonly cross?: (stretch: Span, slice: Slice) => AsyncGenerator<Row[], Rest>;
}

/**
 * A reader by keyset: after a page, the rest of the slice begins at the last date of the page, inclusive. Rows that
 * were already seen at that date are left out. So rows that come or go elsewhere do not shift the others. A second with
 * more rows than a page is read in the source's own way. A page that is not in order does not show where the rest
 * begins, so its span is divided in two; the same is done in a list that is known to be unsorted. Each step ends its
 * span, divides it, makes it at least a second shorter, or follows a cursor. Sources end cursors that bring nothing
 * new. So the number of requests is bounded.
 */
export const keyset = (source: Source, now: () => Instant): ReadSlice => {
  const order = createPageOrder();
  return async function* (slice) {
    const page = taken(await source.page(slice));
    const { direction, grain } = source;
    const fresh = unseen(page.rows, slice.seen);
    yield source.keepsStrays ? fresh : within(fresh, source.field, slice.span);
    if (!page.hasMore) return { slices: [] };

    const { span } = slice;
    const bounds = widened(span, grain);
    const dated = datedRows(page.rows, source.field).filter(({ at }) => contains(bounds, at));
    const last = dated.at(-1);
    /** The same slice after this page, for when no date of the page can shorten it. */
    const left = (): Slice => ({ ...slice, ...page.carried, seen: versionsOf(page.rows, slice.seen) });
    if (!last) return source.withoutRow ? yield* source.withoutRow(left(), page) : { slices: [left()] };
    const verdict = order.judge(dated, direction);
    if (verdict === 'not sorted' && span.to - span.from > grain) {
      const parts = halves(span, now());
      // In no order at all, the rows of this page may come again in either half. Then they are left out.
      const known = direction === null ? { seen: left().seen } : {};
      if (parts.length > 1) return { slices: parts.map((part) => ({ ...freshSlice(part), ...known })) };
    }
    const stretch = stretchOf(last.at, grain);
    const rest =
      direction === 'descending'
        ? { from: span.from, to: Math.min(span.to, stretch.to) }
        : { from: Math.max(span.from, stretch.from), to: span.to };
    if (rest.from === span.from && rest.to === span.to) {
      return source.cross ? yield* source.cross(stretch, left()) : { slices: [left()] };
    }
    /**
     * The rows of this page within a span. A page of that span must bring them again, or its filter compares minutes
     * only.
     */
    const seenIn = (part: Span) =>
      versionsOf(dated.flatMap(({ at, row }) => (contains(part, at) ? row : [])));
    // While it is unclear whether the list is sorted, the part that the page has passed is read once more.
    const behind = verdict === 'unclear' ? subtract(span, [rest]) : [];
    return {
      slices: [
        { span: rest, seen: seenIn(stretch), ...page.carried },
        ...behind.map((part) => ({ span: part, seen: seenIn(part) })),
      ],
    };
  };
};
