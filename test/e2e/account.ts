import type { Organisation } from '../sandbox/organisation.ts';
import type { Sandbox } from '../sandbox/server.ts';

/** The sandbox's kind behind each of the six tables. */
export const TABLES = {
  custom_fields: 'custom_field',
  leads: 'lead',
  activities: 'activity',
  tasks: 'task',
  users: 'user',
  event_log: 'event',
} as const;

export type Table = keyof typeof TABLES;
export const tables = Object.keys(TABLES) as Table[];

/** A config that reads all of an organisation's history, patient with nothing. */
export const configFor = (sandbox: Sandbox, more: object = {}): object => ({
  api_key: 'api_sandbox',
  base_url: sandbox.url,
  start_date: '2000-01-01',
  ...more,
});

const DAY_MS = 86_400_000;

/** Whether the documented API shows the object at all: the log goes back 30 days, a list has no fields of objects. */
const isReachable = (table: Table, row: Readonly<Record<string, unknown>>, nowMs: number): boolean => {
  if (table === 'event_log') return Date.parse(`${String(row.date_updated)}Z`) > nowMs - 30 * DAY_MS + 60_000;
  return !(table === 'custom_fields' && 'custom_object_type_id' in row);
};

/** The ids of all objects that a table is to hold now. */
export const idsOf = (organisation: Organisation, table: Table): Set<string> => {
  const ids = new Set<string>();
  for (const row of organisation.all(TABLES[table])) {
    if (isReachable(table, row, organisation.clock())) ids.add(String(row.id));
  }
  return ids;
};

export const missingFrom = (found: ReadonlySet<string>, wanted: Iterable<string>): string[] =>
  [...wanted].filter((id) => !found.has(id));
