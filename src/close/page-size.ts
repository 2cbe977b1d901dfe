import type { Config } from '../config/config.ts';

/** The rows to ask for per page: the largest page of the endpoint, or `page_size`, if that is smaller. */
export const pageSizeOf = (largest: number, { page_size }: Pick<Config, 'page_size'>): number =>
  Math.min(largest, page_size ?? largest);

/** The query parameters for a page of `limit` rows, after `skip` others. */
export const pagingOf = (skip: number, limit: number): Readonly<Record<string, string>> => ({
  _limit: String(limit),
  ...(skip > 0 ? { _skip: String(skip) } : {}),
});
