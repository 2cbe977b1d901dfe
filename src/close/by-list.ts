import { byOffset } from './by-offset.ts';
import { type Page, parseList, parsePagedList } from './envelope.ts';
import { instantOf } from './row.ts';
import { END, START } from './span.ts';
import type { Walk, WalkContext } from './walk.ts';

export interface ListOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Rows a page; null for endpoints that take no `_limit` and answer with everything. */
  readonly limit: number | null;
}

/** Pages of a whole list. */
export async function* listPages(
  options: ListOptions,
  context: Pick<WalkContext, 'api' | 'stream' | 'pageSize'>,
): AsyncGenerator<Pick<Page, 'rows' | 'nameless'>> {
  const { path, query = {}, limit } = options;
  const request = { method: 'GET', path, stream: context.stream } as const;
  if (limit === null) {
    yield await context.api.fetch({ ...request, query }, parseList);
    return;
  }
  const fetch = (skip: number, count: number): Promise<Page> =>
    context.api.fetch(
      {
        ...request,
        query: { ...query, _limit: String(count), ...(skip > 0 ? { _skip: String(skip) } : {}) },
      },
      parsePagedList,
    );
  yield* byOffset(fetch, Math.min(limit, context.pageSize ?? limit));
}

/** Whole lists without a filter: every object is read, and those older than the range are left out here. */
export const byList = (lists: readonly ListOptions[]): Walk => ({
  along: null,
  read: async ({ from }, context) => {
    for (const list of lists) {
      for await (const page of listPages(list, context)) {
        context.nameless(page.nameless);
        const wanted = page.rows.filter((row) => (instantOf(row, 'date_updated') ?? END) >= from);
        await context.emit(wanted, []);
      }
    }
    await context.emit([], [{ from: START, to: END }]);
  },
});
