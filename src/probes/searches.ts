import { refusedAmong } from '../close/paging/refused-fields.ts';
import type { SearchPage } from '../close/paging/search-query.ts';
import { CUSTOM } from '../close/paging/search-selectors.ts';
import { RefusedError } from '../errors.ts';
import { searchFields } from '../streams/custom-field-values.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { DAY, floorSecond } from '../time/instant.ts';
import { type Span, START } from '../time/span.ts';
import type { Answer } from './answer.ts';
import { type Finding, holds, together, unknown } from './probe.ts';
import type { Scope } from './scope.ts';

/** The result of a search for one kind of object. */
export interface Searched {
  readonly stream: StreamDefinition;
  readonly objectType: string;
  /** The list of the same objects, */
  readonly list: string | null;
  /** and the path of one by itself, without its id. */
  readonly single: string | null;
  readonly span: Span;
  /** How many dates it sorts by, of the two that are asked for. */
  readonly sorts: number;
  /** Fields that it refuses, */
  readonly refused: readonly string[];
  /** or that it takes in parts only. */
  readonly isTooLong: boolean;
  /** The first page, with all the fields that it takes; null where it takes no search of this kind. */
  readonly page: Answer | null;
  /** The fields that were named in the search. Empty when too many were refused to find out which. */
  readonly named: readonly string[];
}

const NEEDED: readonly string[] = ['id', 'date_created', 'date_updated'];
const SORTS: readonly (readonly string[])[] = [['date_updated', 'date_created'], ['date_updated'], []];
/** The most requests to find out what a search of one kind refuses. */
const MOST_ASKED = 20;
/** The most rows of a page, so that it stays small. */
const LIMIT = 50;

const searchOne = async (stream: StreamDefinition, scope: Scope): Promise<Searched> => {
  const objectType = stream.objectType ?? '';
  // A row that changed just now may be out of order, because a late index still sorts it by its old date.
  const span = { from: START, to: floorSecond(scope.now() - DAY) };
  const all = [...new Set([...NEEDED, ...searchFields(scope.columnsOf(stream))])];
  let answer: Answer | null = null;
  let asked = 0;
  const takes = async (fields: readonly string[], sort: readonly string[]): Promise<boolean> => {
    asked += 1;
    // After that many requests the other fields count as accepted. One refusal is enough for the finding.
    if (asked > MOST_ASKED) return true;
    const named = [...new Set([...NEEDED, ...fields])];
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
  if (await takes(all, SORTS[0] ?? []))
    return { ...known, sorts: 2, refused: [], isTooLong: false, page: answer, named: all };
  for (const sort of SORTS) {
    if (!(await takes([], sort))) continue;
    const sorts = sort.length;
    const refused = await refusedAmong(all, (fields) => takes(fields, sort));
    const named = all.filter((field) => !refused.includes(field));
    // Halves were taken, so the whole is too long; or the sort alone was refused, and all is taken without it.
    const takesRest = await takes(named, sort);
    const isGivenUp = asked > MOST_ASKED;
    return { ...known, sorts, refused, isTooLong: !takesRest, page: answer, named: isGivenUp ? [] : named };
  }
  return { ...known, sorts: 0, refused: [], isTooLong: false, page: null, named: [] };
};

/** One search of each kind of object that is read from the index, for all probes. */
const searched = async (scope: Scope): Promise<readonly Searched[]> => {
  const found: Searched[] = [];
  for (const stream of scope.streams) {
    if (!stream.fromIndex) continue;
    found.push(await scope.once(`search ${stream.objectType}`, () => searchOne(stream, scope)));
  }
  return found;
};

type Judge = (one: Searched & { readonly page: Answer }, scope: Scope) => Promise<Finding> | Finding;

/** Looks at the search of each kind of object; what fails names the streams of those kinds. */
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
      return findings.length === 0 ? unknown('the search is refused') : together(findings);
    return {
      kind: 'fails',
      found: failed.map(({ found }) => found).join('; '),
      streams: failed.flatMap(({ streams = [] }) => streams),
    };
  };

/** Checks something that all searches share, with the first kind of object that gives an answer. */
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

/** Whether the selector of all custom fields was taken. */
export const takesCustom = ({ named }: Searched): boolean => named.includes(CUSTOM);
