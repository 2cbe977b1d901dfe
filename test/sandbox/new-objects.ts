import { activityType, MEETING, TASK_TYPES } from './kinds.ts';
import { DAY } from './moments.ts';
import { columnDates, leadOf } from './object-columns.ts';
import type { Store, TableKind } from './store.ts';
import type { Row } from './table.ts';

/** Adds a row to a table. It is generated like the others, with the present date, and the caller's fields replace its own. */
export function createObject(store: Store, kind: TableKind, fields: Row): number {
  const table = store.tables[kind];
  const now = store.tick();
  const ordinal = table.allocate();
  const { created, updated, at, rest } = columnDates(fields);
  const type = typeCode(kind, fields._type);
  const start = kind === 'activity' && type === MEETING ? now + 7 * DAY : now;
  table.type[ordinal] = type;
  table.change(
    ordinal,
    () => {
      table.created[ordinal] = created ?? start;
      table.updated[ordinal] = updated ?? now;
      table.at[ordinal] = at ?? created ?? start;
      table.lead[ordinal] =
        'lead_id' in fields ? leadOf(store.tables.lead, fields.lead_id) : someLead(store, kind);
      table.alive[ordinal] = 1;
    },
    rest,
  );
  return ordinal;
}

function typeCode(kind: TableKind, name: unknown): number {
  if (kind === 'activity') return typeof name === 'string' ? activityType(name) : activityType('Note');
  if (kind !== 'task' || typeof name !== 'string') return 0;
  const code = (TASK_TYPES as readonly string[]).indexOf(name);
  if (code < 0) throw new Error(`no task type ${name}`);
  return code;
}

/** A new child belongs to the newest lead, so that tests see the lead's date_updated move. */
function someLead({ tables }: Store, kind: TableKind): number {
  if (kind === 'lead') return -1;
  const { lead } = tables;
  for (let n = lead.size - 1; n >= 0; n--) if (lead.alive[n] === 1) return n;
  return -1;
}
