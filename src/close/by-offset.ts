import { ProtocolError } from '../errors.ts';
import type { Page } from './envelope.ts';
import { type Row, remember, type Seen, unseen } from './row.ts';

/** Steps back for a page that does not join, before the list counts as one without a stable order. */
const MOST_STEPS_BACK = 4;
/** Readings that bring nothing new and still leave places unaccounted for. */
const MOST_IDLE_PASSES = 3;
/** Where rows of equal rank come in another order each time, a pass meets two thirds of what is left, by chance. */
const MOST_UNLUCKY_PASSES = 12;
const MOST_PASSES = 60;
/** Pages of one reading that do not join: no list is that unstable. */
const MOST_TORN_PAGES = 1_000;
/** Pages on end that repeat what this reading has brought already. */
const MOST_REPEATED_PAGES = 5;

interface Pass {
  /** New rows came. */
  fruitful: boolean;
  /** A page was taken that did not join the one before. */
  torn: boolean;
  /** Every place in the list has been accounted for by a row. */
  complete: boolean;
  /** Stepping back did not find the page before: this list has no stable order, and to step back is in vain. */
  shuffled: boolean;
}

/**
 * Reads a list by `_skip`, each page beginning with the last row of the one before: a row that left an earlier page
 * pulls the rest forward, the overlap is gone, and the reader steps back until it is there again. A pass that met a
 * row twice has missed another one, so the list is read again until every place in it is accounted for. That alone
 * counts where a list has no stable order.
 * @param fetch asks for one page; `limit` is at least 2
 */
export async function* byOffset(
  fetch: (skip: number, limit: number) => Promise<Page>,
  limit: number,
): AsyncGenerator<Pick<Page, 'rows' | 'nameless'>> {
  const seen: Seen = new Map();
  let idle = 0;
  let shuffled = false;
  const mostIdle = (): number => (shuffled ? MOST_UNLUCKY_PASSES : MOST_IDLE_PASSES);
  for (let count = 1; count <= MOST_PASSES && idle < mostIdle(); count += 1) {
    const pass: Pass = { fruitful: false, torn: false, complete: false, shuffled };
    yield* onePass(fetch, Math.max(2, limit), seen, pass);
    if (pass.complete && !(pass.torn && pass.fruitful)) return;
    shuffled = pass.shuffled;
    idle = pass.fruitful ? 0 : idle + 1;
  }
  throw new ProtocolError('the list changes faster than it can be read');
}

const sameRows = (a: Page, b: Page): boolean =>
  a.rows.length === b.rows.length && a.rows.every((row, index) => row.id === b.rows[index]?.id);

/** Asked more than once: where the order changes by itself, a page may be the first by chance. */
const isAlwaysInFront = async (
  page: Page,
  fetch: (skip: number, limit: number) => Promise<Page>,
  limit: number,
): Promise<boolean> => {
  for (let turn = 1; turn <= MOST_REPEATED_PAGES; turn += 1) {
    if (!sameRows(page, await fetch(0, limit))) return false;
  }
  return true;
};

async function* onePass(
  fetch: (skip: number, limit: number) => Promise<Page>,
  limit: number,
  seen: Seen,
  pass: Pass,
): AsyncGenerator<Pick<Page, 'rows' | 'nameless'>> {
  let before: ReadonlySet<string> = new Set();
  const met = new Set<string>();
  let stepsBack = 0;
  /** The most places gone through: only beyond them is a page that joins a step ahead, and none joined by chance. */
  let furthest = 0;
  let torn = 0;
  let repeated = 0;
  let nameless = 0;
  let skip = 0;
  for (;;) {
    const page = await fetch(skip, limit);
    const overlaps = page.rows.some((row) => before.has(row.id));
    const joins = skip === 0 || overlaps;
    if (!joins && !pass.shuffled && stepsBack < MOST_STEPS_BACK) {
      stepsBack += 1;
      skip = Math.max(0, skip - limit + 1);
      continue;
    }
    const places = skip + page.rows.length + page.nameless;
    if (overlaps && places > furthest) stepsBack = 0;
    furthest = Math.max(furthest, places);
    if (!joins) {
      pass.torn = true;
      pass.shuffled = true;
      torn += 1;
      if (torn > MOST_TORN_PAGES) throw new ProtocolError('the pages of the list do not join');
    }

    const fresh: Row[] = unseen(page.rows, seen);
    remember(seen, fresh);
    nameless += page.nameless;
    if (fresh.length > 0) pass.fruitful = true;
    yield { rows: fresh, nameless: page.nameless };

    const known = met.size;
    for (const row of page.rows) met.add(row.id);
    repeated = met.size > known ? 0 : repeated + 1;
    if (page.hasMore && !pass.shuffled && repeated > MOST_REPEATED_PAGES) {
      // Rows that come in front push the same page along; only a server that ignores _skip has it in front, too.
      if (await isAlwaysInFront(page, fetch, limit)) {
        throw new ProtocolError('the pages of the list repeat themselves: the server ignores _skip');
      }
      repeated = 0;
    }

    if (!page.hasMore) {
      pass.complete = seen.size + nameless >= places;
      return;
    }
    if (places === skip) throw new ProtocolError('an empty page says that there is more');
    before = new Set(page.rows.map((row) => row.id));
    skip = Math.max(skip + 1, places - 1);
  }
}
