import { type Change, createChanges } from '../close/changes.ts';
import { datedRows, isOrdered } from '../close/paging/dated-rows.ts';
import { instantOf } from '../close/row.ts';
import { SEARCH } from '../close/search.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { floorSecond, type Instant, MINUTE, SECOND } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { ALL_TIME, END, START, secondOf } from '../time/span.ts';
import { fromIndex } from './concerns.ts';
import { EVENTS, firstPage } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

/** A change that the event log names, and whether a search by its date finds the object. */
interface Seen {
  readonly stream: StreamDefinition;
  readonly change: Change;
  /** How long before the search the change was made, in microseconds. */
  readonly age: number;
  readonly isIndexed: boolean;
}

/** How many changes are searched for: the newest ones of each kind of object. */
const MOST_CHANGES = 20;
/** How many objects that a search did not find are read by id. */
const MOST_ASKED = 4;

const lookFor = async (
  stream: StreamDefinition,
  changes: readonly Change[],
  scope: Scope,
): Promise<Seen[]> => {
  const objectType = stream.objectType ?? '';
  const from = floorSecond(Math.min(...changes.map(({ version }) => version)));
  const page = await scope.search({
    objectType,
    fields: ['id', 'date_updated'],
    updated: { from, to: END },
    sort: ['date_updated'],
    limit: SEARCH.limit,
  });
  const found = new Set(page.rows.map(({ id }) => id));
  const dated = datedRows(page.rows, 'date_updated');
  const isWhole = page.cursor === null && page.rows.length < SEARCH.limit;
  // A full page does not show what follows its last row. And if it is not in order, a row may be missing by chance.
  const last = isWhole ? END : isOrdered(dated, 'ascending') ? (dated.at(-1)?.at ?? START) : START;
  return changes
    .filter(({ version, objectId }) => version < last || found.has(objectId))
    .map((change) => ({
      stream,
      change,
      age: page.at - change.at,
      isIndexed: found.has(change.objectId),
    }));
};

/** The newest changes to objects that are read from the index, newest first. */
const recentChanges = (scope: Scope): Promise<readonly Seen[]> =>
  scope.once('recent changes', async () => {
    const streams = scope.streams.filter((stream) => stream.fromIndex && stream.objectType !== undefined);
    const changes = createChanges(streams.map(({ objectType = '' }) => ({ type: objectType })));
    changes.add((await firstPage(EVENTS, scope)).rows);
    const seen: Seen[] = [];
    for (const stream of streams) {
      const newest = changes
        .of(stream.objectType ?? '', START)
        .filter(({ deleted }) => !deleted)
        .sort((a, b) => b.at - a.at)
        .slice(0, MOST_CHANGES);
      if (newest.length > 0) seen.push(...(await lookFor(stream, newest, scope)));
    }
    // A date in the future does not show how late the index is.
    return seen.filter(({ age }) => age > -MINUTE).sort((a, b) => b.change.at - a.change.at);
  });

/** A change that the index does not know yet, although the object already has it. */
interface Late extends Seen {
  readonly created: Instant | null;
}

/** The oldest change that the index does not know yet. Proof is the object itself, read by its id. */
const oldestLate = (scope: Scope): Promise<Late | null> =>
  scope.once('the oldest late change', async () => {
    const late = (await recentChanges(scope)).filter(({ isIndexed }) => !isIndexed).reverse();
    for (const seen of late.slice(0, MOST_ASKED)) {
      const { stream, change } = seen;
      const path = stream.lateChanges?.(change.objectType).one;
      const row = path === undefined ? null : await scope.one(path, change.objectId);
      if (row && (instantOf(row, 'date_updated') ?? START) >= change.version)
        return { ...seen, created: instantOf(row, 'date_created') };
    }
    return null;
  });

const tryLag = async (scope: Scope): Promise<Finding> => {
  const late = await oldestLate(scope);
  if (late && late.age > scope.leads_overlap_seconds * SECOND)
    return fails(`the index is ${lengthOf(late.age)} late`);
  const [newest] = (await recentChanges(scope)).filter(({ isIndexed }) => isIndexed);
  if (!newest) return unknown('no recent change was found that a search would show');
  const { theirs, ours } = scope.wire.clocks();
  if (Math.abs((theirs ?? ours) - ours) > MINUTE) return unknown('the clocks disagree');
  if (newest.age > scope.leads_overlap_seconds * SECOND)
    return unknown(`the last change that a search shows is ${lengthOf(newest.age)} old`);
  return holds(
    late
      ? `a change that is ${lengthOf(late.age)} old is not in the index yet`
      : `a change that is ${lengthOf(newest.age)} old is in the index`,
  );
};

const tryFreshness = async (scope: Scope): Promise<Finding> => {
  const late = await oldestLate(scope);
  if (!late || late.created === null) return unknown('the index has every change that was looked for');
  // Even a late index finds the object by a date that never changes.
  const page = await scope.search({
    objectType: late.stream.objectType ?? '',
    fields: ['id', 'date_updated'],
    updated: ALL_TIME,
    created: secondOf(late.created),
    sort: [],
    limit: SEARCH.limit,
  });
  const row = page.rows.find(({ id }) => id === late.change.objectId);
  const at = row ? instantOf(row, 'date_updated') : null;
  if (at === null) return unknown('the index does not know the object yet');
  return at >= late.change.version
    ? fails('rows are newer than the index')
    : holds('rows are as old as the index');
};

/** Assumptions about how late the search index is, right now. */
export const indexProbes: readonly Probe[] = [
  {
    name: 'search-index',
    assumes: 'The search index is late by less than the overlap',
    ifFalse:
      'A search does not find what changed just now. The event log names such objects, and they are fetched by id.',
    handledBy: 'close/by-ids.ts',
    concerns: fromIndex,
    looksAgain: true,
    look: tryLag,
  },
  {
    name: 'search-rows',
    assumes: 'A search returns each row as it was when it was indexed',
    ifFalse:
      'A row may have a newer date than the index has reached, so the dates of rows alone do not move a bookmark.',
    handledBy: 'close/walks/by-search.ts',
    concerns: fromIndex,
    looksAgain: true,
    look: tryFreshness,
  },
];
