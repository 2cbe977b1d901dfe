import type { Instant } from '../../time/instant.ts';
import { contains, halves, type Span, stretchOf, subtract, widened } from '../../time/span.ts';
import { type Page, taken } from '../envelope.ts';
import { type Row, unseen } from '../row.ts';
import { datedRows, versionsOf, within } from './dated-rows.ts';
import { createPageOrder } from './page-order.ts';
import { freshSlice, type ReadSlice, type Rest, type Slice, type SliceOptions } from './slice.ts';

/** One page of a source. */
export interface SourcePage extends Page {
  /** More of the slice may follow: false only where that is certain. */
  readonly hasMore: boolean;
  /** What is known of the rest of the slice, besides where it begins. */
  readonly carried?: Partial<Slice>;
}

/** Rows in order of a date that can be asked for from a date on. */
export interface Source {
  readonly field: string;
  /** Null while its pages come in no order. */
  readonly direction: SliceOptions['direction'] | null;
  /** How finely its filter tells dates apart, in microseconds. */
  readonly grain: number;
  /** Asks for the page with which a slice begins. */
  readonly page: (slice: Slice) => Promise<SourcePage>;
  /** A row beyond the slice is handed on, too: it has moved there since it was found. */
  readonly keepsStrays?: true;
  /** What follows from a page that says there is more and has no row of the slice. Absent where its cursor leads on. */
  readonly withoutRow?: (slice: Slice, page: Page) => AsyncGenerator<Row[], Rest>;
  /** Reads in full a stretch as long as the grain, in which dates lead no further. Absent where a cursor leads on. */
  readonly cross?: (stretch: Span, slice: Slice) => AsyncGenerator<Row[], Rest>;
}

/**
 * Keyset: the rest of a slice begins at the last date seen, inclusive, and rows already seen at that date are dropped.
 * So rows that come or go elsewhere do not move the others. A second with more rows than a page is crossed in the
 * source's own way. A page out of order does not show where the rest begins, so its span is halved. The same holds for
 * a list that has shown to be unsorted. Each step ends its span, divides it or makes it at least a second shorter, so
 * the number of requests is bounded.
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
    /** The slice as the page leaves it where no date leads on. */
    const left = (): Slice => ({ ...slice, ...page.carried, seen: versionsOf(page.rows, slice.seen) });
    if (!last) return source.withoutRow ? yield* source.withoutRow(left(), page) : { slices: [left()] };
    const belief = order.take(dated, direction);
    if (belief === 'not sorted' && span.to - span.from > grain) {
      const parts = halves(span, now());
      // In no order at all, what came may lie anywhere; it need not be handed on once more.
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
    /** What has been seen of a span: a page of it must bring that again, or else its filter is coarser than seconds. */
    const seenIn = (part: Span) =>
      versionsOf(dated.flatMap(({ at, row }) => (contains(part, at) ? row : [])));
    // Where nothing has shown yet that the list is sorted, what is behind is looked at once more.
    const behind = belief === 'perhaps' ? subtract(span, [rest]) : [];
    return {
      slices: [
        { span: rest, seen: seenIn(stretch), ...page.carried },
        ...behind.map((part) => ({ span: part, seen: seenIn(part) })),
      ],
    };
  };
};
