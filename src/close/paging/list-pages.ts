import { isRecord } from '../../json/is-record.ts';
import { isCountedShort, type Page, parseList, parsePagedList } from '../envelope.ts';
import { pageSizeOf, pagingOf } from '../page-size.ts';
import type { WalkContext } from '../walk.ts';
import { byOffset } from './by-offset.ts';

export interface ListOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Rows per page; null for endpoints that take no `_limit` and answer with all rows. */
  readonly limit: number | null;
  /** For rows without an id: the field that is unique. Its value becomes the id. */
  readonly idField?: string;
}

/** The body of an answer, with an id for each row that has none of its own. The parser checks everything else. */
const withIds = (body: unknown, idField: string): unknown => {
  if (!isRecord(body) || !Array.isArray(body.data)) return body;
  const data = body.data.map((row: unknown) =>
    isRecord(row) && row.id === undefined ? { ...row, id: row[idField] } : row,
  );
  return { ...body, data };
};

/**
 * The pages of a whole list. Some lists have no pages. When such a list says, or shows by its count, that there is
 * more, it is read by pages after all.
 */
export async function* listPages(
  options: ListOptions,
  context: Pick<WalkContext, 'api' | 'stream' | 'page_size'>,
): AsyncGenerator<Pick<Page, 'rows' | 'withoutId'>> {
  const { path, query = {}, limit, idField } = options;
  const name = `GET ${path}`;
  const fetch = (paging: Readonly<Record<string, string>>, parse: (body: unknown) => Page): Promise<Page> =>
    context.api.fetch(
      { method: 'GET', path, stream: context.stream, query: { ...query, ...paging } },
      (body) => parse(idField === undefined ? body : withIds(body, idField)),
    );
  const fetchPage = (skip: number, count: number): Promise<Page> =>
    fetch(pagingOf(skip, count), parsePagedList);
  if (limit !== null) {
    yield* byOffset(name, fetchPage, pageSizeOf(limit, context));
    return;
  }
  const whole = await fetch({}, parseList);
  const places = whole.rows.length + whole.withoutId;
  if (whole.hasMore || isCountedShort(whole, places, name)) yield* byOffset(name, fetchPage, places);
  else yield whole;
}
