import type { Config } from '../config/config.ts';

/** Rows in a page: as many as the endpoint gives at most, or as the user wants, if these are fewer. */
export const pageSizeOf = (largest: number, { page_size }: Pick<Config, 'page_size'>): number =>
  Math.min(largest, page_size ?? largest);

/** What asks for a page of so many rows, behind so many others. */
export const pagingOf = (skip: number, limit: number): Readonly<Record<string, string>> => ({
  _limit: String(limit),
  ...(skip > 0 ? { _skip: String(skip) } : {}),
});
