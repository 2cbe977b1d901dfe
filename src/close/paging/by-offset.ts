import { ProtocolError } from '../../errors.ts';
import { createCompleteness } from './completeness.ts';
import { type Brought, type FetchPage, frontAgain, onePass, type Pass, type Reading } from './offset-pass.ts';

/** How many passes in a row may meet the same rows while some rows are still missing. */
const MOST_IDLE_PASSES = 3;
const MOST_PASSES = 60;

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
  let metBefore: ReadonlySet<string> = new Set();
  let wasShuffled = false;
  let idle = 0;
  for (let count = 1; count <= MOST_PASSES && idle < MOST_IDLE_PASSES; count += 1) {
    const pass: Pass = yield* onePass(reading, wasShuffled);
    const { met, joins } = pass;
    if (reading.completeness.isComplete()) return;
    if (joins.order.isProven()) {
      if (!joins.order.movesToFront() || (yield* frontAgain(reading, pass))) return;
    }
    idle = areSame(met, metBefore) ? idle + 1 : 0;
    metBefore = met;
    wasShuffled = joins.isShuffled();
  }
  throw new ProtocolError(
    `${request}: the list changes faster than it can be read, so rows of it may be missing`,
  );
}

const areSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((id) => b.has(id));
