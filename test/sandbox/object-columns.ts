import { EMAIL, EMAIL_THREAD } from './kinds.ts';
import { type Micros, readMoment } from './moments.ts';
import type { Store, TableKind } from './store.ts';
import type { Row, Table } from './table.ts';

export function found(table: Table, id: string): number {
  const ordinal = table.find(id);
  if (ordinal < 0) throw new Error(`no ${table.kind} ${id} in the sandbox`);
  return ordinal;
}

export function leadOf(leads: Table, id: unknown): number {
  return typeof id === 'string' ? found(leads, id) : -1;
}

export interface ColumnDates {
  readonly created?: Micros;
  readonly updated?: Micros;
  readonly at?: Micros;
  readonly rest: Row;
}

/** date_created and date_updated are columns, and everything else is a patch. Dates that cannot be read stay as they are. */
export function columnDates(fields: Row): ColumnDates {
  const { date_created, date_updated, lead_id: _, ...rest } = fields;
  const created = typeof date_created === 'string' ? readMoment(date_created) : undefined;
  const updated = typeof date_updated === 'string' ? readMoment(date_updated) : undefined;
  const third = fields.activity_at ?? fields.date ?? fields.date_won;
  const at = typeof third === 'string' ? readMoment(third) : undefined;
  if (date_created !== undefined && created === undefined) rest.date_created = date_created;
  if (date_updated !== undefined && updated === undefined) rest.date_updated = date_updated;
  return {
    ...(created !== undefined && { created }),
    ...(updated !== undefined && { updated }),
    ...(at !== undefined && { at }),
    rest,
  };
}

/** What is deleted with an object: everything of a lead, the e-mails of a thread. */
export function dependantsOf({ tables }: Store, kind: TableKind, ordinal: number): [TableKind, number][] {
  if (kind === 'activity')
    return Array.from(mailsOf(tables.activity, ordinal), (child) => ['activity', child]);
  if (kind !== 'lead') return [];
  const kinds: TableKind[] = ['contact', 'opportunity', 'task', 'activity', 'custom_object'];
  return kinds.flatMap((child) => tables[child].ofLead(ordinal).map((n): [TableKind, number] => [child, n]));
}

/** The e-mails of a thread belong to the thread's lead. Other types do not refer to a thread. */
function mailsOf(activity: Table, thread: number): number[] {
  if (activity.type[thread] !== EMAIL_THREAD) return [];
  return activity
    .ofLead(activity.lead[thread] ?? -1)
    .filter((n) => activity.type[n] === EMAIL && activity.ref[n] === thread);
}
