import { CUSTOM } from '../close/custom-fields.ts';
import { refusedAmong } from '../close/paging/refused-fields.ts';
import { SEARCH, type SearchPage } from '../close/paging/search-query.ts';
import { RefusedError } from '../errors.ts';
import { searchFields } from '../streams/custom-field-values.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { DAY, floorSecond } from '../time/instant.ts';
import { type Span, START } from '../time/span.ts';
import type { Answer } from './answer.ts';
import { combine, type Finding, holds, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

/** The result of a search for one kind of object. */
export interface Searched {
  readonly stream: StreamDefinition;
  readonly objectType: string;
  /** The path of the list of the same objects; null if there is none. */
  readonly list: string | null;
  /** The path of one object, without its id; null if there is none. */
  readonly single: string | null;
  readonly span: Span;
  /** How many of the two dates that are asked for the search sorts by: 0, 1 or 2. */
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

/** How many requests may be sent to find out what a search of one kind refuses. */
const MOST_ASKED = 20;
/** The rows of a page. It is small, since one page is enough. */
const LIMIT = 50;

/** Searches with all fields. If that is refused, finds out which sort and which fields the search accepts. */
const searchOne = async (stream: StreamDefinition, scope: Scope): Promise<Searched> => {
  const objectType = stream.objectType ?? '';
  // A row that changed just now may be out of order, because a late index still sorts it by its old date.
  const span = { from: START, to: floorSecond(scope.now() - DAY) };
  const all = [...new Set([...SEARCH.needed, ...searchFields(scope.columnsOf(stream))])];
  let answer: Answer | null = null;
  let asked = 0;
  /** Whether Close accepts this search. Keeps the answer. */
  const isAccepted = async (fields: readonly string[], sort: readonly string[]): Promise<boolean> => {
    asked += 1;
    // After that many requests, the other fields count as accepted. One refused field is enough for the finding.
    if (asked > MOST_ASKED) return true;
    const named = [...new Set([...SEARCH.needed, ...fields])];
    const page: SearchPage = { objectType, fields: named, updated: span, sort, limit: LIMIT, count: true };
    try {
      answer = await scope.search(page);
      return true;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return false;
    }
  };
  const { list = null, one: single = null } = stream.lateChanges?.(objectType) ?? {};
  const known = { stream, objectType, span, list, single };
  if (await isAccepted(all, SEARCH.sorts[0]))
    return { ...known, sorts: 2, refused: [], isTooLong: false, page: answer, named: all };
  for (const sort of SEARCH.sorts) {
    if (!(await isAccepted([], sort))) continue;
    const sorts = sort.length;
    const refused = await refusedAmong(all, (fields) => isAccepted(fields, sort));
    const named = all.filter((field) => !refused.includes(field));
    // Each of these fields was accepted in a smaller search. If they are refused together, they are too many.
    const isTooLong = !(await isAccepted(named, sort));
    const isGivenUp = asked > MOST_ASKED;
    return { ...known, sorts, refused, isTooLong, page: answer, named: isGivenUp ? [] : named };
  }
  return { ...known, sorts: 0, refused: [], isTooLong: false, page: null, named: [] };
};

/** One search of each kind of object that is read from the index. All probes share its result. */
const searched = async (scope: Scope): Promise<readonly Searched[]> => {
  const found: Searched[] = [];
  for (const stream of scope.streams) {
    if (!stream.fromIndex) continue;
    found.push(await scope.once(`search ${stream.objectType}`, () => searchOne(stream, scope)));
  }
  return found;
};

type Judge = (one: Searched & { readonly page: Answer }, scope: Scope) => Promise<Finding> | Finding;

/** Judges the search of each kind of object. It fails if one kind fails, and names the streams of the kinds that fail. */
export const ofEachKind =
  (judge: Judge) =>
  async (scope: Scope): Promise<Finding> => {
    const findings: Finding[] = [];
    for (const one of await searched(scope)) {
      const { page } = one;
      if (page === null) continue;
      const finding = await judge({ ...one, page }, scope);
      findings.push(
        finding.kind === 'fails'
          ? { ...finding, found: `${one.objectType}: ${finding.found}`, streams: [one.stream.name] }
          : finding.kind === 'holds'
            ? holds(one.objectType)
            : finding,
      );
    }
    const failed = findings.filter((finding) => finding.kind === 'fails');
    if (failed.length === 0)
      return findings.length === 0 ? unknown('the search is refused') : combine(findings);
    return {
      kind: 'fails',
      found: failed.map(({ found }) => found).join('; '),
      streams: failed.flatMap(({ streams = [] }) => streams),
    };
  };

/** Judges something that all searches have in common, by the first kind of object that can show it. */
export const ofOneKind =
  (judge: Judge) =>
  async (scope: Scope): Promise<Finding> => {
    let last: Finding = unknown('the search is refused');
    for (const one of await searched(scope)) {
      if (one.page === null) continue;
      last = await judge({ ...one, page: one.page }, scope);
      if (last.kind !== 'unknown') return last;
    }
    return last;
  };

/** Whether the search accepted the selector for all custom fields. */
export const takesCustom = ({ named }: Searched): boolean => named.includes(CUSTOM);
