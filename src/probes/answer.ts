import { isRow, type Row } from '../close/row.ts';
import { ProtocolError } from '../errors.ts';
import { isRecord } from '../json/is-record.ts';
import type { Instant } from '../time/instant.ts';

/** One answer, read more leniently than a walk reads it: what is missing in it is what a probe wants to know. */
export interface Answer {
  readonly rows: readonly Row[];
  /** `has_more`; null where the answer does not say. */
  readonly hasMore: boolean | null;
  /** `cursor` of a search, `cursor_next` of the event log; undefined where the answer has no such key. */
  readonly cursor: string | null | undefined;
  /** How many objects there are, where the answer says. */
  readonly total: number | null;
  /** When it came. */
  readonly at: Instant;
}

const cursorIn = (value: unknown): string | null | undefined =>
  value === null || typeof value === 'string' ? value : undefined;

/** @throws ProtocolError for what is no list at all, which may be a gateway's word and is asked for again */
export const answerWith =
  (now: () => Instant) =>
  (body: unknown): Answer => {
    if (!isRecord(body) || !Array.isArray(body.data)) throw new ProtocolError('the answer is no list');
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
