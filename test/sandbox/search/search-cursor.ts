import { expiredCursor, fieldError } from '../api-error.ts';

/** A position in a search: the last row and its sort values, the time, and how many rows have come so far. */
export interface SearchCursor {
  readonly values: readonly number[];
  readonly rank: number;
  readonly ordinal: number;
  readonly issued: number;
  readonly yielded: number;
}

export function writeSearchCursor(cursor: SearchCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

export interface CursorRules {
  readonly nowMs: number;
  readonly seconds: number;
  readonly cap: number;
}

/** Refuses a cursor that is older than 30 seconds, or after 10,000 rows. */
export function readSearchCursor(text: unknown, rules: CursorRules): SearchCursor | undefined {
  if (text === undefined || text === null) return undefined;
  const cursor = parse(String(text));
  if (cursor === undefined) throw fieldError('cursor', ['Invalid cursor.']);
  if (rules.nowMs - cursor.issued > rules.seconds * 1000)
    throw expiredCursor('This cursor has expired. Please restart the search.');
  if (cursor.yielded >= rules.cap) throw expiredCursor(`Pagination is limited to ${rules.cap} objects.`);
  return cursor;
}

function parse(text: string): SearchCursor | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as SearchCursor;
  } catch {
    return undefined;
  }
}
