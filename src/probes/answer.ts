import { isRow, type Row } from '../close/row.ts';
import { ProtocolError } from '../errors.ts';
import { isRecord } from '../json/is-record.ts';
import type { Instant } from '../time/instant.ts';

/** One answer. A walk would refuse one in which something is missing; a probe wants to know what is missing. */
export interface Answer {
  readonly rows: readonly Row[];
  /** `has_more`; null if the answer does not have it. */
  readonly hasMore: boolean | null;
  /** `cursor` of a search, `cursor_next` of the event log; undefined if the answer does not have it. */
  readonly cursor: string | null | undefined;
  /** How many objects there are; null if the answer does not count them. */
  readonly total: number | null;
  /** When the answer came. */
  readonly at: Instant;
}

const cursorIn = (value: unknown): string | null | undefined =>
  value === null || typeof value === 'string' ? value : undefined;

/** @throws ProtocolError if the answer has no list. A gateway may have sent it, so the client asks again. */
export const answerWith =
  (now: () => Instant) =>
  (body: unknown): Answer => {
    if (!isRecord(body) || !Array.isArray(body.data))
      throw new ProtocolError('the answer has no list of rows');
    const { data, has_more, cursor, cursor_next, total_results, count } = body;
    const total = isRecord(count) ? count.total : total_results;
    return {
      rows: data.filter(isRow),
      hasMore: typeof has_more === 'boolean' ? has_more : null,
      cursor: cursorIn('cursor_next' in body ? cursor_next : cursor),
      total: typeof total === 'number' ? total : null,
      at: now(),
    };
  };
