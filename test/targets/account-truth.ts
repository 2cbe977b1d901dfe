import { idsOf, TABLES, type Table, tables } from '../e2e/account.ts';
import type { Organisation } from '../sandbox/organisation.ts';
import type { Fields } from './pipeline.ts';
import { instantText } from './stored-values.ts';

/** The objects that every table must have, as the API shows them. */
export type Truth = Readonly<Record<Table, ReadonlyMap<string, Fields>>>;

export const truthOf = (organisation: Organisation): Truth => {
  const rows = (table: Table) => {
    const visible = idsOf(organisation, table);
    const all = [...organisation.all(TABLES[table])].map((row) => [String(row.id), row as Fields] as const);
    return new Map(all.filter(([id]) => visible.has(id)));
  };
  return Object.fromEntries(tables.map((table) => [table, rows(table)])) as unknown as Truth;
};

/** The objects that are new, or look different from before. */
export const changedBetween = (before: Truth, after: Truth, table: Table): string[] =>
  [...after[table]]
    .filter(([id, row]) => JSON.stringify(row) !== JSON.stringify(before[table].get(id)))
    .map(([id]) => id)
    .sort();

/**
 * Changes of a working day: all tables change, and something is deleted.
 * @returns the lead that was deleted
 */
export const changeAccount = (organisation: Organisation): string => {
  const [renamed = '', removed = '', busy = ''] = organisation.ids('lead');
  organisation.update('lead', renamed, { name: 'Umbenannt 🎉 «naïve» 株式会社', description: null });
  organisation.remove('lead', removed);
  organisation.create('lead', { name: 'New "quoted", \\ and\nbroken' });
  organisation.create('activity', { _type: 'Note', lead_id: busy, note: 'héllo 🌍\tworld\r\nend' });
  const [newest = ''] = [...organisation.all('activity')]
    .sort((a, b) => Date.parse(String(b.date_created)) - Date.parse(String(a.date_created)))
    .map(({ id }) => String(id));
  organisation.update('activity', newest);
  const [done = '', gone = ''] = organisation.ids('task');
  organisation.update('task', done, { is_complete: true });
  organisation.remove('task', gone);
  organisation.create('task', { _type: 'missed_call', lead_id: busy });
  organisation.update('user', organisation.ids('user')[0] ?? '', { last_used_timezone: 'Pacific/Chatham' });
  const [field = ''] = idsOf(organisation, 'custom_fields');
  organisation.update('custom_field', field, { description: 'Ask first' });
  return removed;
};

/** The tap repairs values that no target can store. */
const text = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : null;

const instant = (value: unknown): string | null =>
  typeof value === 'string'
    ? instantText(value.endsWith('Z') ? value : value.replace(/\+00:00$/, 'Z'))
    : null;

const list = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);

const pick: Readonly<Record<Table, (row: Fields) => Fields>> = {
  leads: (row) => ({
    name: text(row.name),
    description: text(row.description),
    status_label: text(row.status_label),
    date_updated: instant(row.date_updated),
    date_created: instant(row.date_created),
    contacts: list(row.contacts).map(({ id, name, emails, date_updated }) => ({
      id,
      name: text(name),
      date_updated: instant(date_updated),
      emails: list(emails).map(({ email, type }) => ({ email: text(email), type })),
    })),
    opportunities: list(row.opportunities).map(({ id, value, confidence, note }) => ({
      id,
      value,
      confidence,
      note: text(note),
    })),
  }),
  activities: (row) => ({
    _type: row._type,
    lead_id: row.lead_id ?? null,
    note: text(row.note),
    subject: text(row.subject),
    duration: row.duration ?? null,
    has_reply: row.has_reply ?? null,
    date_created: instant(row.date_created),
    date_updated: instant(row.date_updated),
    to: Array.isArray(row.to) ? row.to.map(text) : null,
  }),
  tasks: (row) => ({
    _type: row._type,
    text: text(row.text),
    is_complete: row.is_complete ?? null,
    date: row.date ?? null,
    date_updated: instant(row.date_updated),
  }),
  users: (row) => ({
    email: row.email,
    first_name: text(row.first_name),
    date_updated: instant(row.date_updated),
  }),
  custom_fields: (row) => ({
    name: text(row.name),
    type: row.type,
    accepts_multiple_values: row.accepts_multiple_values ?? null,
    choices: Array.isArray(row.choices) ? row.choices.map(text) : null,
  }),
  event_log: (row) => ({
    action: row.action,
    object_type: row.object_type,
    object_id: row.object_id,
    changed_fields: Array.isArray(row.changed_fields) ? row.changed_fields : null,
  }),
};

/** Some columns of an object, from the account or from the target. */
export const handful = (table: Table, row: Fields): Fields => pick[table](row);
