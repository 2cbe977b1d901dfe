import { ProtocolError } from '../../errors.ts';
import { MINUTE, SECOND } from '../../time/instant.ts';
import { formatSecond } from '../../time/rfc3339.ts';
import { contains, type Span, subtract, widened } from '../../time/span.ts';
import { isCountedShort, type Page, parsePagedList } from '../envelope.ts';
import { pageSizeOf } from '../page-size.ts';
import { isSkipCapped, noSuchList } from '../refusals.ts';
import { type Row, takeUnseen } from '../row.ts';
import type { WalkContext } from '../walk.ts';
import { crossSpan, type ListPart } from './cross-span.ts';
import { boundsOf, COARSEST, checkBounds, datedRows, lacksEdge, versionsOf, within } from './dated-rows.ts';
import type { Source, SourcePage } from './keyset.ts';
import { freshSlice, type Rest, type Slice, type SliceOptions, UnreadError } from './slice.ts';

export interface DateListOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The field that the list is ordered by and filtered on. */
  readonly field: string;
  readonly direction: SliceOptions['direction'];
  readonly limit: number;
  /** The largest page that the endpoint is known to take. It is used in a second with more rows than a page. */
  readonly largest?: number;
  /** Lists that together hold the same rows. They are read in a second with more rows than `_skip` reaches. */
  readonly partition?: readonly ListPart[];
  /** Called with the number of rows that the first answer counts, if it counts them. */
  readonly onTotal?: ((rows: number) => void) | undefined;
}

/**
 * A list that is ordered by a date, as a source. A second with more rows than a page is read by `_skip`, within that
 * second only.
 *
 * The server's filter may compare whole minutes only. There are two signs of that. Rows come from outside the bounds.
 * Or rows of the last page's last second do not come again, because the filter leaves out the whole minute of an upper
 * bound. From then on the list is read by minutes.
 */
export const dateList = (options: DateListOptions, context: WalkContext): Source => {
  const { field, direction, path, partition = [] } = options;
  const limit = pageSizeOf(options.limit, context);
  const largest = Math.max(limit, options.largest ?? options.limit);
  // First the size that the user wants, then the largest one.
  const sizes = context.page_size === null || limit === largest ? [largest] : [limit, largest];
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
    context.withoutId(page.withoutId);
    checkBounds(datedRows(page.rows, field), bounds, `GET ${at}: ${field}`, COARSEST - unit);
    return page;
  };

  /** Whether a page that was asked for by seconds shows that the filter compares minutes only. */
  const isByMinutes = ({ rows }: Page, slice: Slice): boolean => {
    const bounds = widened(slice.span, SECOND);
    const hasStrays = datedRows(rows, field).some(({ at }) => !contains(bounds, at));
    return hasStrays || (direction === 'descending' && lacksEdge(rows, slice));
  };

  const askPage = async (slice: Slice): Promise<SourcePage> => {
    const unit = grain;
    const page = await request(slice.span, unit, { _limit: String(limit) });
    if (isFirst && page.total !== null) options.onTotal?.(page.total);
    isFirst = false;
    if (unit === SECOND && isByMinutes(page, slice)) {
      grain = MINUTE;
      return askPage(slice);
    }
    const hasMore = page.hasMore || isCountedShort(page, page.rows.length + page.withoutId, `GET ${path}`);
    const carried = page.total === null ? {} : { expected: page.total - page.rows.length };
    return { ...page, hasMore, carried };
  };

  /** Reads a stretch in full. If it cannot, it returns the stretch as a gap, so that everything else is read first. */
  async function* cross(stretch: Span, slice: Slice): AsyncGenerator<Row[], Rest> {
    const { span } = slice;
    const slices = subtract(span, [stretch]).map(freshSlice);
    const unit = stretch.to - stretch.from;
    const when = formatSecond(stretch.from);
    const seen = versionsOf([], slice.seen);
    let bringsEdge = false;
    try {
      const pages = crossSpan({
        request: async (paging, part) => {
          const page = await request(stretch, unit, paging, part);
          bringsEdge ||= !lacksEdge(page.rows, slice);
          return page;
        },
        path,
        sizes,
        partition,
        onMissing: (part) => context.warn(noSuchList(nameOfPart(part))),
        onParts: () =>
          context.warn(`${path}: more rows at ${when} than _skip reaches; reading them type by type`),
      });
      for await (const rows of pages) {
        yield takeUnseen(within(rows, field, span), seen);
      }
      if (bringsEdge || unit > SECOND) return { slices };
      // Rows that had to come again are missing, so the filter compares minutes only. Read the slice again by minutes.
      grain = MINUTE;
      return { slices: [slice] };
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      const what = `GET ${path}: some rows of ${when} cannot be read; everything else has been read: ${error.message}`;
      return { slices, gap: { span: stretch, error: new UnreadError(what, { cause: error }) } };
    }
  }

  return {
    field,
    direction,
    get grain() {
      return grain;
    },
    page: askPage,
    withoutRow: () => {
      throw new ProtocolError(`GET ${path}: the page has no row with a date but says that there is more`);
    },
    cross,
  };
};

const nameOfPart = ({ path, query = {} }: ListPart): string => path ?? Object.values(query).join(', ');

/** Whether there are more rows than requests reach. Then to ask again would change nothing. */
const isUnreachable = (error: unknown): error is Error =>
  error instanceof ProtocolError || isSkipCapped(error);
