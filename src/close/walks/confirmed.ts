import { ProtocolError, RefusedError } from '../../errors.ts';
import { floorSecond, SECOND } from '../../time/instant.ts';
import { END, START } from '../../time/span.ts';
import { readByIds } from '../by-ids.ts';
import { readChanges } from '../changes.ts';
import { parsePagedList } from '../envelope.ts';
import { withFewFields } from '../few-fields.ts';
import { createIdSet } from '../paging/id-set.ts';
import { listPages } from '../paging/list-pages.ts';
import { instantOf, type Row } from '../row.ts';
import { SEARCH } from '../search.ts';
import type { Emit, Walk, WalkContext } from '../walk.ts';

export interface ConfirmedOptions {
  /** The type of the objects by the event log's own name. */
  readonly objectType: string;
  /** The path of the plain list of the same objects. Each single object is below it. */
  readonly list: string;
  /** A walk that reads that list to its end. Without it, the list is paged by `_skip`, as far as that reaches. */
  readonly listWalk?: Walk;
}

/** How many rows of a list are paged by `_skip`: its limit is not known, and it needs memory for each row. */
const MOST_LISTED = 10_000;
const LIST_LIMIT = 200;
/** How often the search is read again. If it still brings rows that it left out before, its result is in doubt. */
const MOST_READINGS = 3;

/** The fields that are needed. A list may send more than it was asked for. */
const asNeeded = ({ id, date_created, date_updated }: Row): Row => ({ id, date_created, date_updated });

/** How many objects the list counts; null if it does not count. */
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
 * A walk through a search that must leave out no object, since what it does not bring counts as deleted. Objects that
 * the index may not have yet are asked for by id; the event log names them. Then everything is read a second time, from
 * the plain list, which is another source. If the list is too long, its beginning is a sample. If the search
 * brought all of the sample, the search is read again, until it brings nothing that it left out before and as many
 * objects are known as are counted. If there is a doubt, the walk says so with `unconfirmed`. An object that was
 * deleted meanwhile and is emitted does no harm. `src/close/README.md` has the reasons ("What is gone").
 */
export const confirmed = (search: Walk, { objectType, list, listWalk }: ConfirmedOptions): Walk => ({
  along: search.along,
  read: async (range, context, emit) => {
    const ids = createIdSet();
    await search.read(range, context, (rows, done) => {
      for (const { id } of rows) ids.add(id);
      return emit(rows, done);
    });

    let counted: number | null = null;
    const light: WalkContext = {
      ...context,
      api: withFewFields(context.api, SEARCH.needed),
      expects: (rows) => {
        counted = rows;
      },
    };
    /** Objects that were created after this do not count as left out: the index needs some time for them. */
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

    /** Calls `take` with each object of which the event log tells this action, as far back as the index may be late. */
    const readEventsOf = (action: string, take: (id: string) => void): Promise<void> => {
      const span = { from: floorSecond(context.startedAt() - SEARCH.lateness), to: END };
      const add = (events: readonly Row[]): void => {
        for (const event of events) {
          const { object_id: id } = event;
          // A server may ignore the filters.
          if (event.action === action && event.object_type === objectType && typeof id === 'string') take(id);
        }
      };
      const filters = { object_type: objectType, action };
      return readChanges([span], { add }, { ...context, withoutId: () => {} }, filters);
    };

    /** Asks for objects that were created lately and were not met. */
    const readCreated = async (): Promise<void> => {
      const unmet = new Set<string>();
      try {
        await readEventsOf('created', (id) => ids.has(id) || unmet.add(id));
        if (unmet.size > 0) await readEventsOf('deleted', (id) => unmet.delete(id));
      } catch (error) {
        // Without the event log, the stream of these objects does not have them either.
        if (!(error instanceof RefusedError)) throw error;
        return;
      }
      await readByIds({ list, one: list }, [...unmet], () => true, context, emitNew);
    };

    /** Reads the plain list. @returns whether it was read to its end */
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

    /** Reads the search again. @returns the doubt that is left, or null */
    const searchAgain = async (): Promise<string | null> => {
      const more: number[] = [];
      while (more.length < MOST_READINGS) {
        // The list is counted before the search, which then also brings what is created meanwhile.
        const listed = await countOf(list, light);
        leftOut = 0;
        await search.read(range, light, emitNew);
        more.push(leftOut);
        if (leftOut > 0) continue;
        await readCreated();
        const count = listed ?? counted;
        if (count === null) return 'Close does not count them';
        // An index still counts objects that were just deleted.
        const enough = ids.size >= (listed ?? count - SEARCH.gone);
        return enough ? null : `Close counts ${count} of them, and the search returns ${ids.size}`;
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
