import { ProtocolError } from '../../errors.ts';
import { isCountedShort, type Page } from '../envelope.ts';
import { remember, type Seen, takeUnseen, versionOf } from '../row.ts';
import type { Completeness } from './completeness.ts';
import { createPageJoins, type PageJoins, type PlacedPage } from './page-joins.ts';

export type FetchPage = (skip: number, limit: number) => Promise<Page>;
export type Brought = Pick<Page, 'rows' | 'withoutId'>;

/** What all passes through a list have in common. */
export interface Reading {
  readonly request: string;
  readonly fetch: FetchPage;
  readonly limit: number;
  readonly seen: Seen;
  readonly completeness: Completeness;
  /** How many rows without an id have been reported. */
  withoutId: number;
}

/** One pass through the list, from its first page to its last. */
export interface Pass {
  readonly joins: PageJoins;
  readonly met: Set<string>;
  /** The first page, each row with its version. */
  readonly front: Seen;
  /** How many rows without an id have come. */
  withoutId: number;
  /** How many pages in a row brought no row that is new in this pass. */
  repeated: number;
}

/** How many pages in a row may bring no row that is new in this pass. */
const MOST_REPEATED_PAGES = 5;

/**
 * Reads the list once, from its first page to its last, with pages that overlap. Rows may leave earlier pages, so rows
 * may be missing in front of a page. Then a page further back is used instead.
 * @param wasShuffled whether an earlier pass found that the list has no stable order
 */
export async function* onePass(reading: Reading, wasShuffled: boolean): AsyncGenerator<Brought, Pass> {
  const { request, limit, completeness } = reading;
  const joins = createPageJoins(request, limit, wasShuffled);
  const pass: Pass = { joins, met: new Set(), front: new Map(), withoutId: 0, repeated: 0 };
  let skip = 0;
  for (;;) {
    const page = await pageAt(skip, reading);
    if (joins.needsStepBack(page)) {
      skip = Math.max(0, skip - limit + 1);
      continue;
    }
    joins.add(page);
    if (skip === 0) noteFront(page, pass);
    yield take(page, pass.withoutId, reading);
    pass.withoutId += page.withoutId;
    if (!page.hasMore || completeness.isComplete()) return pass;

    await checkProgress(page, pass, reading);
    skip = Math.max(skip + 1, page.end - joins.order.overlap());
  }
}

/** Asks for one page. If its count shows that the list goes on, the page says so too. */
const pageAt = async (skip: number, { request, fetch, limit }: Reading): Promise<PlacedPage> => {
  const page = await fetch(skip, limit);
  const end = skip + page.rows.length + page.withoutId;
  return { ...page, hasMore: page.hasMore || isCountedShort(page, end, request), skip, end };
};

/** A step back may bring the first page a second time. Only its last reading counts. */
const noteFront = (page: PlacedPage, { front }: Pass): void => {
  front.clear();
  remember(front, page.rows);
};

/**
 * Notes a page, and returns what is new in it.
 * @param withoutIdBefore how many rows without an id came before it in this pass
 */
const take = (page: PlacedPage, withoutIdBefore: number, reading: Reading): Brought => {
  const ids = page.rows.map(({ id }) => id);
  const withoutId = withoutIdBefore + page.withoutId;
  reading.completeness.note(ids, page.hasMore ? null : page.end - withoutId);
  const unreported = Math.max(0, withoutId - reading.withoutId);
  reading.withoutId += unreported;
  return { rows: takeUnseen(page.rows, reading.seen), withoutId: unreported };
};

/** @throws ProtocolError if the list repeats itself, or if it says that there is more but brings nothing */
const checkProgress = async (page: PlacedPage, pass: Pass, reading: Reading): Promise<void> => {
  const { request } = reading;
  const known = pass.met.size;
  for (const { id } of page.rows) pass.met.add(id);
  pass.repeated = pass.met.size > known ? 0 : pass.repeated + 1;
  if (!pass.joins.isShuffled() && pass.repeated > MOST_REPEATED_PAGES) {
    // New rows in front may push the same page along. But only a server that ignores _skip has it in front, too.
    if (await isAlwaysInFront(page, reading)) {
      throw new ProtocolError(
        `${request}: the pages of the list repeat themselves: the server ignores _skip`,
      );
    }
    pass.repeated = 0;
  }
  if (page.end === page.skip)
    throw new ProtocolError(`${request}: the page is empty but says that there is more`);
};

/**
 * Whether a page is the first page of the list each time. It asks several times, since the order may change by itself.
 */
const isAlwaysInFront = async (page: Page, { fetch, limit }: Reading): Promise<boolean> => {
  for (let turn = 1; turn <= MOST_REPEATED_PAGES; turn += 1) {
    if (!hasSameRows(page, await fetch(0, limit))) return false;
  }
  return true;
};

const hasSameRows = (a: Page, b: Page): boolean =>
  a.rows.length === b.rows.length && a.rows.every((row, index) => row.id === b.rows[index]?.id);

/**
 * Reads the first page once more, in a list whose edited rows move to the front.
 * @returns whether no row was missed: the page joins the first page of the pass, or all rows are known by now
 */
export async function* frontAgain(reading: Reading, { front }: Pass): AsyncGenerator<Brought, boolean> {
  const page = await pageAt(0, reading);
  // Rows that were edited since the first page was read are in front of the rows of that page.
  const joins = page.rows.some((row) => front.get(row.id) === versionOf(row));
  yield take(page, 0, reading);
  return joins || reading.completeness.isComplete();
}
