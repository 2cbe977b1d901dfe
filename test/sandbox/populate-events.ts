import type { History } from './history.ts';
import { DAY, type Micros } from './moments.ts';
import type { Random } from './random.ts';
import { EVENT_KINDS, eventCode } from './rows/event.ts';
import type { Store, TableKind } from './store.ts';

/** Longer than the 30 days that are served, so that tests see where the log ends. */
const REACH = 40 * DAY;

/** The event log of the last weeks: an event for every object that changed since, some more, and the deletes. */
export function populateEvents(store: Store, history: History, random: Random): void {
  const { sizes, tables, started } = store;
  if (sizes.events === 0) return;
  const since = Math.max(history.from, started - REACH);
  const recent: (readonly [TableKind, number])[] = [];
  for (const kind of EVENT_KINDS) {
    const table = tables[kind];
    for (let n = 0; n < table.size; n++) {
      const at = table.updated[n] ?? 0;
      if (at < since) continue;
      recent.push([kind, n]);
      add(store, kind, n, at, (table.created[n] ?? 0) === at ? 'created' : 'updated');
      if ((kind === 'activity' || kind === 'task') && random.chance(0.01)) remove(store, kind, n, random);
    }
  }
  while (tables.event.size < sizes.events && recent.length > 0) {
    const [kind, n] = random.pick(recent);
    add(store, kind, n, started - Math.floor(random.next() ** 1.3 * (started - since)), 'updated');
  }
  const at = started - 5 * DAY - 87_654_321;
  for (let n = 0; n < Math.min(sizes.equal.events, tables.event.size); n++) {
    tables.event.created[n] = at;
    tables.event.updated[n] = at;
  }
}

function add(
  { tables }: Store,
  kind: TableKind,
  ordinal: number,
  at: Micros,
  action: 'created' | 'updated' | 'deleted',
): void {
  const { event } = tables;
  const n = event.allocate();
  event.created[n] = at;
  event.updated[n] = at;
  event.type[n] = eventCode(kind, action);
  event.ref[n] = ordinal;
  event.lead[n] = kind === 'lead' ? ordinal : (tables[kind].lead[ordinal] ?? -1);
  event.alive[n] = 1;
  event.live += 1;
}

/** An object that was deleted before today. Its row is gone, but its event is there. */
function remove(store: Store, kind: TableKind, ordinal: number, random: Random): void {
  const table = store.tables[kind];
  const updated = table.updated[ordinal] ?? 0;
  table.alive[ordinal] = 0;
  table.live -= 1;
  add(store, kind, ordinal, updated + Math.floor(random.next() * (store.started - updated)), 'deleted');
}
