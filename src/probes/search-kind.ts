import { refusedAmong } from '../close/paging/refused-fields.ts';
import { acceptedSort } from '../close/paging/search-form.ts';
import { SEARCH } from '../close/search.ts';
import { RefusedError } from '../errors.ts';
import { searchFields } from '../streams/custom-field-values.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { DAY, floorSecond } from '../time/instant.ts';
import { type Span, START } from '../time/span.ts';
import type { Answer } from './answer.ts';
import type { Scope } from './scope.ts';

/** One kind of object that is read from the search index, and what its search asks for. */
interface Kind {
  readonly stream: StreamDefinition;
  readonly objectType: string;
  /** The path of the list of the same objects; null if there is none. */
  readonly list: string | null;
  /** The path of one object, without its id; null if there is none. */
  readonly single: string | null;
  readonly span: Span;
}

/** What the search of a kind accepts, and what it answers. */
interface Accepted {
  /** By how many of the two dates the search sorts: 0, 1 or 2. */
  readonly sorts: number;
  /** The fields that the search refuses. */
  readonly refused: readonly string[];
  /** Whether the search accepts all other fields, but not in one request. */
  readonly isTooLong: boolean;
  /** The first page, with all the fields that the search accepts; null if it refuses every search of this kind. */
  readonly page: Answer | null;
  /** The fields that were named in the search. Empty when too many were refused to find out which. */
  readonly named: readonly string[];
}

/** The result of a search for one kind of object. */
export type Searched = Kind & Accepted;

/** How many requests may be sent to find out what a search of one kind refuses. */
const MOST_ASKED = 20;
/** The rows of a page. It is small, since one page is enough. */
const LIMIT = 50;

const kindOf = (stream: StreamDefinition, scope: Scope): Kind => {
  const { objectType = '' } = stream;
  const { list = null, one: single = null } = stream.lateChanges?.(objectType) ?? {};
  // A row that changed just now may be out of order, because a late index still sorts it by its old date.
  const span = { from: START, to: floorSecond(scope.now() - DAY) };
  return { stream, objectType, list, single, span };
};

/** Tries searches of one kind, and keeps the last answer. */
const createTrial = ({ objectType, span }: Kind, scope: Scope) => {
  let answer: Answer | null = null;
  let asked = 0;
  return {
    /** After the last request that may be sent, every search counts as accepted. */
    accepts: async (named: readonly string[], sort: readonly string[]): Promise<boolean> => {
      asked += 1;
      if (asked > MOST_ASKED) return true;
      const fields = [...new Set([...SEARCH.needed, ...named])];
      try {
        answer = await scope.search({ objectType, fields, updated: span, sort, limit: LIMIT, count: true });
        return true;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        return false;
      }
    },
    /** Whether more requests were needed than may be sent. One refused field is enough for a finding. */
    isCutShort: (): boolean => asked > MOST_ASKED,
    answer: (): Answer | null => answer,
  };
};

/** Searches with all fields. If that is refused, finds out which sort and which fields the search accepts. */
export const searchKind = async (stream: StreamDefinition, scope: Scope): Promise<Searched> => {
  const kind = kindOf(stream, scope);
  const all = [...new Set([...SEARCH.needed, ...searchFields(scope.columnsOf(stream))])];
  const [best] = SEARCH.sorts;
  const { accepts, isCutShort, answer } = createTrial(kind, scope);
  const nothing = { ...kind, sorts: 0, refused: [], isTooLong: false, page: null, named: [] };

  if (await accepts(all, best)) return { ...nothing, sorts: best.length, page: answer(), named: all };
  const sort = await acceptedSort(best, accepts);
  if (sort === null) return nothing;
  const refused = await refusedAmong(all, (fields) => accepts(fields, sort));
  const accepted = all.filter((field) => !refused.includes(field));
  // Each of these fields was accepted in a smaller search. If they are refused together, they are too many.
  const isTooLong = !(await accepts(accepted, sort));
  const named = isCutShort() ? [] : accepted;
  return { ...kind, sorts: sort.length, refused, isTooLong, page: answer(), named };
};
