import { ProtocolError, RefusedError } from '../../errors.ts';
import { floorSecond, SECOND } from '../../time/instant.ts';
import { END, START } from '../../time/span.ts';
import { readByIds } from '../by-ids.ts';
import { createChanges, readChanges } from '../changes.ts';
import { parsePagedList } from '../envelope.ts';
import { withFewFields } from '../few-fields.ts';
import { INDEX_LATENESS } from '../index-lateness.ts';
import { createIdSet } from '../paging/id-set.ts';
import { listPages } from '../paging/list-pages.ts';
import { SEARCH } from '../paging/search-query.ts';
import { instantOf, type Row } from '../row.ts';
import type { Emit, Walk, WalkContext } from '../walk.ts';

export interface ConfirmedOptions {
  /** What the event log calls the objects. */
  readonly objectType: string;
  /** The plain list of the same objects, below which is each by itself. */
  readonly list: string;
  /** Reads that list, however long it is. Without it, the list is paged by `_skip`, as far as that goes. */
  readonly listWalk?: Walk;
}

/** No more of a list is paged by `_skip`, which ends at a number that nobody knows, and takes memory for each row. */
const MOST_LISTED = 10_000;
const LIST_LIMIT = 200;
/** After so many more readings, a search that brings what it left out before is not to be relied on. */
const MOST_READINGS = 3;

/** A list may send more than it was asked for. */
const asNeeded = ({ id, date_created, date_updated }: Row): Row => ({ id, date_created, date_updated });

/** How many objects the list counts, or null where it does not say. */
const countOf = async (list: string, { api, stream }: WalkContext): Promise<number | null> => {
  try {
    const request = { method: 'GET', path: list, stream, query: { _limit: '1' } } as const;
    return (await api.fetch(request, parsePagedList)).total;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return null;
  }
};

/**
 * A search that must leave out nothing, since what it does not bring will be taken for gone. What the index may not know
 * yet is asked for by id, as the event log names it. Then everything is read a second time: from the plain list, which is
 * another source. Of a list that is too long the beginning is a sample; if the search had all of that, it is read again,
 * until it brings nothing that it left out before, and as much as is counted. Where doubt is left, the walk says so. An
 * object that is gone by now and is brought all the same does no harm.
 */
export const confirmed = (search: Walk, { objectType, list, listWalk }: ConfirmedOptions): Walk => ({
  along: search.along,
  read: async (range, context, emit) => {
    const ids = createIdSet();
    await search.read(range, context, (rows, done) => {
      for (const { id } of rows) ids.add(id);
      return emit(rows, done);
    });

    let counted = 0;
    const light: WalkContext = {
      ...context,
      api: withFewFields(context.api, SEARCH.needed),
      expects: (rows) => {
        counted = rows;
      },
    };
    /** An index needs some time for what was created before the run. */
    const settled = context.startedAt() - context.leads_overlap_seconds * SECOND;
    let leftOut = 0;
    let isUnwritten = false;
    const emitNew: Emit = async (rows) => {
      const fresh = rows.filter(({ id }) => ids.add(id));
      leftOut += fresh.filter((row) => (instantOf(row, 'date_created') ?? START) < settled).length;
      if (fresh.length === 0) return;
      try {
        await emit(fresh.map(asNeeded), []);
      } catch (error) {
        isUnwritten = true;
        throw error;
      }
    };

    /** Asks for what was created lately and was not met. */
    const readCreated = async (): Promise<void> => {
      const span = { from: floorSecond(context.startedAt() - INDEX_LATENESS), to: END };
      const changes = createChanges([{ type: objectType }]);
      const unmet = (): string[] =>
        changes
          .of(objectType, START)
          .filter(({ deleted, objectId }) => !deleted && !ids.has(objectId))
          .map(({ objectId }) => objectId);
      try {
        for (const action of ['created', 'deleted']) {
          const events = { ...context, withoutId: () => {} };
          await readChanges([span], changes, events, { object_type: objectType, action });
          if (unmet().length === 0) return;
        }
      } catch (error) {
        // Without the event log, the table of these objects lacks them as well.
        if (!(error instanceof RefusedError)) throw error;
        return;
      }
      await readByIds({ list, one: list }, unmet(), () => true, context, emitNew);
    };

    /** @returns whether that was all of the list */
    const readList = async (): Promise<boolean> => {
      let listed = 0;
      try {
        if (listWalk) {
          await listWalk.read(range, light, emitNew);
          return true;
        }
        for await (const { rows, withoutId } of listPages({ path: list, limit: LIST_LIMIT }, light)) {
          context.withoutId(withoutId);
          listed += rows.length;
          await emitNew(rows, []);
          if (listed > MOST_LISTED) return false;
        }
        return true;
      } catch (error) {
        if (isUnwritten || !(error instanceof RefusedError || error instanceof ProtocolError)) throw error;
        return false;
      }
    };

    /** @returns what is left to doubt, or null */
    const searchAgain = async (): Promise<string | null> => {
      const more: number[] = [];
      while (more.length < MOST_READINGS) {
        // Counted first, so that the search brings what is created meanwhile.
        const listed = await countOf(list, light);
        leftOut = 0;
        await search.read(range, light, emitNew);
        more.push(leftOut);
        if (leftOut > 0) continue;
        await readCreated();
        // An index counts what was deleted a moment ago.
        const enough = ids.size >= (listed ?? counted - SEARCH.gone);
        return enough ? null : `Close counts ${listed ?? counted} of them, and the search brings ${ids.size}`;
      }
      return `the search left some of them out again and again: ${more.join(', ')} more came with each reading`;
    };

    await readCreated();
    leftOut = 0;
    if (await readList()) return;
    const shown = leftOut;
    const doubt = shown > 0 ? `the search leaves out ${shown} of those in ${list}` : await searchAgain();
    if (doubt !== null) context.unconfirmed?.(doubt);
  },
});
