import { createEventLog, type EventLog } from './event-log.ts';
import { createMerges } from './merges.ts';
import type { Micros } from './moments.ts';
import { createObject } from './new-objects.ts';
import { columnDates, dependantsOf, found, leadOf } from './object-columns.ts';
import { createSettingEdits } from './setting-edits.ts';
import type { Store, TableKind } from './store.ts';
import type { Row } from './table.ts';

/** Changes that people, integrations and Close itself make to the account while it is read. */
export interface Mutations {
  /** Creates an object and returns its id. `fields` replace the generated ones, and `_type` chooses the type. */
  create(kind: string, fields?: Row): string;
  /** Edits an object. Its date_updated, and that of its lead, become the present of the account. */
  update(kind: string, id: string, fields?: Row): void;
  /** Deletes an object. With a lead, its children are deleted, and with an e-mail thread, its e-mails. */
  remove(kind: string, id: string): void;
  /** Removes an object without an event, as Close does with old archived tasks. */
  purge(kind: string, id: string): void;
  /** Edits an object without an event, as Close's own migrations do. */
  migrate(kind: string, id: string, fields?: Row): void;
  /** The children get another lead_id, the source lead is deleted, and a LeadMerge activity and events appear. */
  mergeLeads(source: string, destination: string): void;
  /** Moves a meeting: date_created and starts_at become the new start. */
  rescheduleMeeting(id: string, start: string | Micros): void;
  /** An e-mail arrives: there is a new Email activity, and the thread's date_created becomes its date. Returns its id. */
  addEmailToThread(thread: string, fields?: Row): string;
}

export type Edit = (kind: TableKind, ordinal: number, fields: Row, extra?: EditExtra) => void;

export interface EditExtra {
  readonly action?: string;
  readonly lead?: number;
  readonly meta?: Row;
  /** False for changes without an event, such as a lead's date that moves because of a child. */
  readonly event?: boolean;
}

export function createMutations(store: Store): Mutations {
  const log = createEventLog(store);
  const settings = createSettingEdits(store, log);
  const { tables } = store;
  const isTable = (kind: string): kind is TableKind => kind in tables && kind !== 'event';

  const edit: Edit = (kind, ordinal, fields, extra = {}) => {
    const table = tables[kind];
    const previous = log.snapshot(kind, ordinal);
    const now = store.tick();
    const parent = table.lead[ordinal] ?? -1;
    const dates = columnDates(fields);
    table.change(
      ordinal,
      () => {
        table.updated[ordinal] = dates.updated ?? now;
        if (dates.created !== undefined) table.created[ordinal] = dates.created;
        if (dates.at !== undefined) table.at[ordinal] = dates.at;
        if (extra.lead !== undefined) table.lead[ordinal] = extra.lead;
        else if ('lead_id' in fields) table.lead[ordinal] = leadOf(tables.lead, fields.lead_id);
      },
      dates.rest,
    );
    touch(table.lead[ordinal] ?? -1);
    if (parent !== table.lead[ordinal]) touch(parent);
    if (extra.event === false) return;
    const changed = [...Object.keys(fields), 'date_updated'];
    log.append({
      objectType: log.nameOf(kind, ordinal),
      objectId: table.id(ordinal),
      action: extra.action ?? 'updated',
      lead: kind === 'lead' ? ordinal : (table.lead[ordinal] ?? -1),
      data: log.snapshot(kind, ordinal),
      previous: Object.fromEntries(changed.map((key) => [key, previous[key] ?? null])),
      changed,
      ...(extra.meta && { meta: extra.meta }),
    });
  };

  /** There is no lead.updated event, as Close documents. */
  const touch = (lead: number): void => {
    if (lead < 0 || tables.lead.alive[lead] !== 1) return;
    tables.lead.change(lead, () => {
      tables.lead.updated[lead] = store.tick();
    });
  };

  /** There is a lead.updated event, because the list of contacts changed. */
  const tellContacts = (kind: TableKind, lead: number): void => {
    if (kind !== 'contact' || lead < 0 || tables.lead.alive[lead] !== 1) return;
    const data = log.snapshot('lead', lead);
    const objectId = tables.lead.id(lead);
    log.append({
      objectType: 'lead',
      objectId,
      action: 'updated',
      lead,
      data,
      previous: {},
      changed: ['contact_ids'],
    });
  };

  const drop = (kind: TableKind, ordinal: number, meta?: Row): void => {
    const table = tables[kind];
    if (table.alive[ordinal] !== 1) return;
    for (const [childKind, child] of dependantsOf(store, kind, ordinal)) drop(childKind, child, meta);
    const previous = log.snapshot(kind, ordinal);
    table.change(ordinal, () => {
      table.alive[ordinal] = 0;
    });
    table.left.set(ordinal, store.tick());
    if (kind !== 'lead') touch(table.lead[ordinal] ?? -1);
    log.append({
      objectType: log.nameOf(kind, ordinal),
      objectId: table.id(ordinal),
      action: 'deleted',
      lead: kind === 'lead' ? ordinal : (table.lead[ordinal] ?? -1),
      data: null,
      previous,
      ...(meta && { meta }),
    });
  };

  const create = (kind: string, fields: Row = {}): string => {
    if (!isTable(kind)) return settings.create(kind, fields);
    const ordinal = createObject(store, kind, fields);
    const table = tables[kind];
    touch(table.lead[ordinal] ?? -1);
    tellContacts(kind, table.lead[ordinal] ?? -1);
    log.append({
      objectType: log.nameOf(kind, ordinal),
      objectId: table.id(ordinal),
      action: 'created',
      lead: kind === 'lead' ? ordinal : (table.lead[ordinal] ?? -1),
      data: log.snapshot(kind, ordinal),
      previous: {},
    });
    return table.id(ordinal);
  };

  const parts = { store, log, edit, drop, create };
  return {
    create,
    update: (kind, id, fields = {}) => {
      if (!isTable(kind)) return settings.update(kind, id, fields);
      edit(
        kind,
        found(tables[kind], id),
        fields,
        kind === 'task' && fields.is_complete === true ? { action: 'completed' } : {},
      );
    },
    remove: (kind, id) => {
      if (!isTable(kind)) return settings.remove(kind, id);
      const ordinal = found(tables[kind], id);
      drop(kind, ordinal);
      tellContacts(kind, tables[kind].lead[ordinal] ?? -1);
    },
    purge: (kind, id) => {
      if (!isTable(kind)) throw new Error(`nothing purges a ${kind}`);
      const table = tables[kind];
      const ordinal = found(table, id);
      table.change(ordinal, () => {
        table.alive[ordinal] = 0;
      });
      tables.lead.forget(table.lead[ordinal] ?? -1);
    },
    migrate: (kind, id, fields = {}) => {
      if (!isTable(kind)) throw new Error(`nothing migrates a ${kind}`);
      edit(kind, found(tables[kind], id), fields, { event: false });
    },
    ...createMerges(parts),
  };
}

export interface MutationParts {
  readonly store: Store;
  readonly log: EventLog;
  readonly edit: Edit;
  readonly drop: (kind: TableKind, ordinal: number, meta?: Row) => void;
  readonly create: (kind: string, fields?: Row) => string;
}
