import { eventObject } from './kinds.ts';
import { type Micros, SECOND } from './moments.ts';
import { bareLead } from './rows/lead.ts';
import { idOrNull, type Store, type TableKind, userAt } from './store.ts';
import type { Row } from './table.ts';

/** Close merges updates of one object into one event if they follow each other within a few seconds. */
const CONSOLIDATION: Micros = 5 * SECOND;

export interface EventNews {
  readonly objectType: string;
  readonly objectId: string;
  readonly action: string;
  readonly lead: number;
  readonly data: Row | null;
  readonly previous: Row;
  readonly changed?: readonly string[];
  readonly meta?: Row;
}

export interface EventLog {
  append(news: EventNews): string;
  /** The object that an event holds. A lead is without the objects inside it. */
  snapshot(kind: TableKind, ordinal: number): Row;
  nameOf(kind: TableKind, ordinal: number): string;
}

export function createEventLog(store: Store): EventLog {
  const { event, lead } = store.tables;
  const latest = new Map<string, number>();

  const consolidate = (ordinal: number, news: EventNews, now: Micros): void => {
    const old = event.patch(ordinal) ?? {};
    event.change(
      ordinal,
      () => {
        event.updated[ordinal] = now;
      },
      {
        data: news.data,
        changed_fields: [...new Set([...(old.changed_fields as string[]), ...(news.changed ?? [])])],
        previous_data: { ...news.previous, ...(old.previous_data as Row) },
      },
    );
  };

  return {
    append: (news) => {
      const now = store.tick();
      const before = latest.get(news.objectId);
      const merges =
        before !== undefined &&
        news.action === 'updated' &&
        event.patch(before)?.action === 'updated' &&
        now - (event.updated[before] ?? 0) <= CONSOLIDATION;
      if (merges) {
        consolidate(before, news, now);
        return event.id(before);
      }
      const ordinal = event.allocate();
      const meta = news.meta ?? { request_method: 'PUT', request_path: `/api/v1/${news.objectType}/` };
      event.change(
        ordinal,
        () => {
          event.created[ordinal] = now;
          event.updated[ordinal] = now;
          event.lead[ordinal] = news.lead;
          event.alive[ordinal] = 1;
        },
        {
          object_type: news.objectType,
          object_id: news.objectId,
          action: news.action,
          lead_id: idOrNull(lead, news.lead),
          user_id: userAt(store, 0)[0],
          request_id: `req_${ordinal}`,
          changed_fields: news.changed ?? [],
          data: news.data,
          previous_data: news.previous,
          meta,
        },
      );
      latest.set(news.objectId, ordinal);
      return event.id(ordinal);
    },
    snapshot: (kind, ordinal) => {
      const table = store.tables[kind];
      return kind === 'lead' ? { ...bareLead(store, ordinal), ...table.patch(ordinal) } : table.row(ordinal);
    },
    nameOf: (kind, ordinal) => eventObject(kind, store.tables[kind].type[ordinal] ?? 0),
  };
}
