import { ProtocolError } from '../../errors.ts';
import { isCountedShort, type Page } from '../envelope.ts';
import { remember, type Seen, takeUnseen, versionOf } from '../row.ts';
import { type Completeness, createCompleteness } from './completeness.ts';
import { createListOrder, type ListOrder } from './list-order.ts';

/**
 * How many times in a row to step back for a page that does not join. Then the list counts as one without a stable
 * order.
 */
const MOST_STEPS_BACK = 4;
/** How many readings in a row may return the same rows while some rows are still missing. */
const MOST_IDLE_PASSES = 3;
const MOST_PASSES = 60;
/** How many pages of one pass may fail to join the page before them. No list that works is that unstable. */
const MOST_UNJOINED_PAGES = 1_000;
/** How many pages in a row may bring no row that is new in this pass. */
const MOST_REPEATED_PAGES = 5;

type FetchPage = (skip: number, limit: number) => Promise<Page>;
type Brought = Pick<Page, 'rows' | 'withoutId'>;

/** What all passes through a list have in common. */
interface Reading {
  readonly request: string;
  readonly fetch: FetchPage;
  readonly limit: number;
  readonly seen: Seen;
  readonly completeness: Completeness;
  /** How many rows without an id have been reported. */
  withoutId: number;
}

/** One pass through the list, from its first page to its last. */
interface Pass {
  readonly order: ListOrder;
  readonly met: Set<string>;
  /** The first page, each row with its version. */
  front: Seen;
  /** The list has no stable order: steps back did not find a page that overlaps the one before, so they do not help. */
  shuffled: boolean;
}

/**
 * Reads a list by `_skip`, until it is certain that no row was missed. A list of one page is certain at once, since it
 * is one answer. A longer list is certain when its pages are in order of a date and join (see list-order.ts). Any other
 * list is read again, until there is a moment at which every row of the list is known (see completeness.ts).
 * @param request the name of the request, for messages: `GET /user/`
 * @param fetch asks for one page; `limit` is at least 2
 * @throws ProtocolError when it stays uncertain; the rows have been yielded by then
 */
export async function* byOffset(request: string, fetch: FetchPage, limit: number): AsyncGenerator<Brought> {
  const reading: Reading = {
    request,
    fetch,
    limit: Math.max(2, limit),
    seen: new Map(),
    completeness: createCompleteness(),
    withoutId: 0,
  };
  let idle = 0;
  let before: ReadonlySet<string> = new Set();
  let shuffled = false;
  for (let count = 1; count <= MOST_PASSES && idle < MOST_IDLE_PASSES; count += 1) {
    const order = createListOrder(reading.limit);
    const pass: Pass = { order, met: new Set(), front: new Map(), shuffled };
    yield* onePass(reading, pass);
    if (reading.completeness.isComplete()) return;
    if (order.isProven()) {
      if (!order.movesToFront()) return;
      const front = await reading.fetch(0, reading.limit);
      // Rows that were edited since the first page was read are in front of the rows of that page.
      const joins = front.rows.some((row) => pass.front.get(row.id) === versionOf(row));
      yield take(front, placesOf(front, 0), reading);
      if (joins || reading.completeness.isComplete()) return;
    }
    shuffled = pass.shuffled;
    idle = before.size === pass.met.size && [...before].every((id) => pass.met.has(id)) ? idle + 1 : 0;
    before = pass.met;
  }
  throw new ProtocolError(
    `${request}: the list changes faster than it can be read, so rows of it may be missing`,
  );
}

const placesOf = (page: Page, skip: number): number => skip + page.rows.length + page.withoutId;

/** Notes a page, and returns what is new in it. `places` is the number of rows up to the end of the page. */
const take = (page: Page, places: number, reading: Reading, withoutIdBefore = 0): Brought => {
  const rows = takeUnseen(page.rows, reading.seen);
  const withoutId = withoutIdBefore + page.withoutId;
  const ids = page.rows.map(({ id }) => id);
  reading.completeness.note(ids, page.hasMore ? null : places - withoutId);
  const unreported = Math.max(0, withoutId - reading.withoutId);
  reading.withoutId += unreported;
  return { rows, withoutId: unreported };
};

const sameRows = (a: Page, b: Page): boolean =>
  a.rows.length === b.rows.length && a.rows.every((row, index) => row.id === b.rows[index]?.id);

/**
 * Whether a page is the first page of the list each time. It asks several times, since the order may change by itself.
 */
const isAlwaysInFront = async (page: Page, { fetch, limit }: Reading): Promise<boolean> => {
  for (let turn = 1; turn <= MOST_REPEATED_PAGES; turn += 1) {
    if (!sameRows(page, await fetch(0, limit))) return false;
  }
  return true;
};

/** Reads the list once, from its first page to its last, with pages that overlap. */
async function* onePass(reading: Reading, pass: Pass): AsyncGenerator<Brought> {
  const { request, fetch, limit } = reading;
  const { met, order } = pass;
  let before: ReadonlySet<string> = new Set();
  let stepsBack = 0;
  /**
   * The furthest place that has been read. A page that overlaps shows progress only beyond it; before it, it may be
   * chance.
   */
  let furthest = 0;
  let unjoined = 0;
  /** How many pages in a row brought no row that is new in this pass. */
  let repeated = 0;
  let withoutId = 0;
  let skip = 0;
  for (;;) {
    const asked = await fetch(skip, limit);
    const places = placesOf(asked, skip);
    const page = isCountedShort(asked, places, request) ? { ...asked, hasMore: true } : asked;
    const overlaps = page.rows.some((row) => before.has(row.id));
    const joins = skip === 0 || (overlaps && order.joins(page.rows));
    // Rows may have left earlier pages, so rows between the two pages may be missing. Look for them further back.
    if (!joins && !pass.shuffled && stepsBack < MOST_STEPS_BACK) {
      stepsBack += 1;
      skip = Math.max(0, skip - limit + 1);
      continue;
    }
    if (overlaps && places > furthest) stepsBack = 0;
    furthest = Math.max(furthest, places);
    // The rows of such a page are used too, but this pass no longer shows that the list is complete.
    if (!joins) {
      order.giveUp();
      pass.shuffled ||= !overlaps;
      unjoined += 1;
      if (unjoined > MOST_UNJOINED_PAGES)
        throw new ProtocolError(`${request}: the pages of the list do not join`);
    }
    order.add(page.rows);
    if (skip === 0) {
      pass.front = new Map();
      remember(pass.front, page.rows);
    }

    yield take(page, places, reading, withoutId);
    withoutId += page.withoutId;
    if (!page.hasMore || reading.completeness.isComplete()) return;

    const known = met.size;
    for (const row of page.rows) met.add(row.id);
    repeated = met.size > known ? 0 : repeated + 1;
    if (!pass.shuffled && repeated > MOST_REPEATED_PAGES) {
      // New rows in front may push the same page along. But only a server that ignores _skip has it in front, too.
      if (await isAlwaysInFront(page, reading)) {
        throw new ProtocolError(
          `${request}: the pages of the list repeat themselves: the server ignores _skip`,
        );
      }
      repeated = 0;
    }
    if (places === skip) throw new ProtocolError(`${request}: the page is empty but says that there is more`);
    before = new Set(page.rows.map((row) => row.id));
    skip = Math.max(skip + 1, places - order.overlap());
  }
}
