import { type Change, createChanges } from '../close/changes.ts';
import { datedRows, isOrdered } from '../close/paging/dated-rows.ts';
import { instantOf } from '../close/row.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { floorSecond, type Instant, MINUTE, SECOND } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { END, START, secondOf } from '../time/span.ts';
import { EVENTS, firstPage } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { fromIndex } from './touches.ts';

/** A change from the event log, and whether a search by its date finds the object. */
interface Seen {
  readonly stream: StreamDefinition;
  readonly change: Change;
  readonly age: number;
  readonly isIndexed: boolean;
}

/** The most changes that are searched for, the newest of each kind; and the most missing ones that are read by id. */
const MOST_CHANGES = 20;
const MOST_ASKED = 4;
const LIMIT = 200;

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
    limit: LIMIT,
  });
  const found = new Set(page.rows.map(({ id }) => id));
  const dated = datedRows(page.rows, 'date_updated');
  const isWhole = page.cursor === null && page.rows.length < LIMIT;
  // A full page does not show what follows its last row. If it is not in order, it shows nothing about missing rows.
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

/** The newest changes of all objects that are read from the index, the newest first. */
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

/** A change that the index has not taken in: the object is there, in that version. */
interface Late extends Seen {
  readonly created: Instant | null;
}

/** The oldest of the changes that the index has not taken in, as far as objects by themselves prove it. */
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
    return fails(`the index is ${lengthOf(late.age)} behind`);
  const [newest] = (await recentChanges(scope)).filter(({ isIndexed }) => isIndexed);
  if (!newest) return unknown('no recent change was found that a search would show');
  const { theirs, ours } = scope.wire.clocks();
  if (Math.abs((theirs ?? ours) - ours) > MINUTE) return unknown('the clocks disagree');
  if (newest.age > scope.leads_overlap_seconds * SECOND)
    return unknown(`the last change that a search shows is ${lengthOf(newest.age)} old`);
  return holds(
    late
      ? `a change of ${lengthOf(late.age)} ago is not in it yet`
      : `a change of ${lengthOf(newest.age)} ago is in it`,
  );
};

const tryFreshness = async (scope: Scope): Promise<Finding> => {
  const late = await oldestLate(scope);
  if (!late || late.created === null)
    return unknown('the index has taken in every change that was looked for');
  // Even a late index finds the object by a date that never changes.
  const page = await scope.search({
    objectType: late.stream.objectType ?? '',
    fields: ['id', 'date_updated'],
    updated: { from: START, to: END },
    created: secondOf(late.created),
    sort: [],
    limit: LIMIT,
  });
  const row = page.rows.find(({ id }) => id === late.change.objectId);
  const at = row ? instantOf(row, 'date_updated') : null;
  if (at === null) return unknown('the index does not know the object yet');
  return at >= late.change.version
    ? fails('rows are fresh: they bear dates that the index does not know')
    : holds('rows are as old as the index');
};

/** How far the search index is behind, right now. */
export const indexProbes: readonly Probe[] = [
  {
    name: 'search-index',
    assumes: 'The search index is behind by less than the overlap',
    ifFalse: 'A search does not find what changed just now. The event log names it, and it is fetched by id.',
    survivedBy: 'close/by-ids.ts',
    touches: fromIndex,
    looksAgain: true,
    look: tryLag,
  },
  {
    name: 'search-rows',
    assumes: 'A search brings a row as old as its index',
    ifFalse:
      'A row may bear a newer date than the index has reached, so no bookmark is taken from rows alone.',
    survivedBy: 'close/walks/by-search.ts',
    touches: fromIndex,
    looksAgain: true,
    look: tryFreshness,
  },
];
