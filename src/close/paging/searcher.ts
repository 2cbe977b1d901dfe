import { EXTRA } from '../../own-columns.ts';
import { END } from '../../time/span.ts';
import { type Page, parseSearch } from '../envelope.ts';
import { pageSizeOf } from '../page-size.ts';
import { isNotTaken } from '../refusals.ts';
import { SEARCH } from '../search.ts';
import type { WalkContext } from '../walk.ts';
import { checkBounds, datedRows } from './dated-rows.ts';
import { joinedPage } from './joined-page.ts';
import { acceptedForm, firstForm, type SearchForm } from './search-form.ts';
import { type Search, searchBody } from './search-query.ts';
import { newFields, selectorOf } from './search-selectors.ts';

export interface SearchOptions {
  /** The type of the objects by the search's own name: `lead`, `contact`, … */
  readonly objectType: string;
  /** The fields to ask for, given the columns that are wanted. */
  readonly fields: (columns: readonly string[]) => readonly string[];
  /**
   * The path of the list of the same objects, if there is one. It shows new fields, and rows that a search cannot
   * reach.
   */
  readonly list?: string;
  /** The path of a single object, without its id. */
  readonly one?: string;
  /** The lists of definitions of the objects' custom fields, for a search that takes custom fields by name only. */
  readonly customFields?: readonly string[];
}

/** Asks for pages of a search, in a form that the server accepts. */
export interface Searcher {
  readonly search: Search;
  /** The most rows of a page. */
  readonly limit: number;
  /** Whether the pages come in order of the dates. */
  readonly isSorted: () => boolean;
}

const { limit: LIMIT, needed: NEEDED } = SEARCH;
/** The most requests to find out what a search refuses. */
const MOST_PROBES = 80;
/** How often to find that out: what a search accepts may change during a run, but not again and again. */
const MOST_FINDINGS = 3;

type PageOf = Parameters<Search>[0];

/**
 * A search that finds out by itself what the server refuses, and then leaves it out: one of the fields, the selector of
 * all custom fields, or the sort. It warns if a column stays empty because of that, or if the reading becomes slower.
 */
export const createSearcher = async (options: SearchOptions, context: WalkContext): Promise<Searcher> => {
  const { objectType, customFields = [] } = options;
  const limit = pageSizeOf(LIMIT, context);
  const named = options.fields(context.columns);
  const wantsNew = named.length > 0 && context.columns.includes(EXTRA);
  const added = wantsNew ? await newFields(options.list, context) : [];
  let form = firstForm([...named, ...added]);
  let findings = 0;
  let finding: Promise<void> | null = null;

  const send = (
    page: PageOf,
    fields: readonly string[],
    sort: readonly string[],
    most: number,
  ): Promise<Page> => {
    const body = searchBody({
      objectType,
      fields: [...new Set([...NEEDED, ...fields])],
      sort,
      limit: most,
      ...page,
    });
    const request = { method: 'POST', path: SEARCH.path, stream: context.stream, body } as const;
    return context.api.fetch(request, parseSearch);
  };

  const findOut = async ({ updated }: PageOf, refusal: unknown): Promise<void> => {
    let probes = 0;
    const accepts = async (fields: readonly string[], sort: readonly string[]): Promise<boolean> => {
      probes += 1;
      if (probes > MOST_PROBES) throw refusal;
      try {
        await send({ updated }, fields, sort, 1);
        return true;
      } catch (error) {
        if (!isNotTaken(error)) throw error;
        return false;
      }
    };
    const accepted = await acceptedForm(form, accepts, customFields, context);
    if (!accepted) throw refusal;
    form = accepted;
  };

  /** Finds out what is refused: once, however many requests were refused at the same time. */
  const adapt = async (page: PageOf, refusal: unknown, asked: SearchForm): Promise<void> => {
    if (asked !== form) return;
    if (findings === MOST_FINDINGS) throw refusal;
    finding ??= findOut(page, refusal).finally(() => {
      findings += 1;
      finding = null;
    });
    await finding;
  };

  const ask: Search = async (page) => {
    const asked = form;
    const { portions, sort } = asked;
    const [main = [], ...others] = portions;
    try {
      const answer = await send(page, main, sort, limit);
      if (context.learned)
        context.learned.fields = [...new Set([...NEEDED, ...portions.flat().map(selectorOf)])];
      if (others.length === 0) return answer;
      const parts: Page[] = [];
      for (const fields of others) parts.push(await send({ ...page, count: false }, fields, sort, limit));
      return await joinedPage(answer, parts, options.one, context);
    } catch (error) {
      if (!isNotTaken(error) || page.cursor) throw error;
      await adapt(page, error, asked);
      return ask(page);
    }
  };
  const search: Search = async (page) => {
    const answer = await ask(page);
    context.withoutId(answer.withoutId);
    // Only the lower bound is checked: an index that is late finds a row by its old date and shows the new one.
    const span = { from: page.updated.from, to: END };
    checkBounds(datedRows(answer.rows, 'date_updated'), span, `${SEARCH.name}: date_updated`);
    return answer;
  };

  return { search, limit, isSorted: () => form.sort.length > 0 };
};
