import { ProtocolError } from '../errors.ts';
import { type Page, parsePagedList } from './envelope.ts';
import { inBatches } from './in-batches.ts';
import { concurrently } from './paging/concurrently.ts';

/** With fifty ids and eighty field names a URL has about 4,500 characters. Every gateway takes that. */
export const IDS_PER_REQUEST = 50;

/** A list answered with objects that were not asked for. */
export class IdsIgnoredError extends ProtocolError {
  override name = 'IdsIgnoredError';
}

export interface AskByIdsOptions {
  /** The path of the list, for messages. */
  readonly list: string;
  readonly ids: readonly string[];
  /** How many requests may be under way at once. */
  readonly max_concurrency: number;
  readonly fetch: (
    query: { readonly id__in: string; readonly _limit: string },
    parse: (body: unknown) => Page,
  ) => Promise<Page>;
  /** Takes one page. If it throws, the reading ends. */
  readonly onPage: (page: Page) => Promise<void>;
}

/**
 * Asks a list for objects by their ids, fifty per request. If the server gives smaller pages, it asks again for the
 * objects that did not come.
 * @throws IdsIgnoredError when an object comes that was not asked for
 */
export const askByIds = ({ list, ids, max_concurrency, fetch, onPage }: AskByIdsOptions): Promise<void> => {
  const readSome = async (some: readonly string[]): Promise<void> => {
    const page = await fetch({ id__in: some.join(), _limit: String(IDS_PER_REQUEST) }, parsePagedList);
    const left = new Set(some);
    for (const { id } of page.rows) {
      if (!left.has(id) && !some.includes(id)) {
        throw new IdsIgnoredError(
          `GET ${list}: asked for objects by id and got ${id} instead: the server ignored the filter`,
        );
      }
      left.delete(id);
    }
    const { hasMore } = page;
    await onPage(page);
    if (hasMore && left.size > 0 && left.size < some.length) await readSome([...left]);
  };
  return concurrently(inBatches(ids, IDS_PER_REQUEST), max_concurrency, readSome);
};
