import type { Organisation } from '../sandbox/organisation.ts';
import type { Sandbox } from '../sandbox/server.ts';

/** The six default streams, each with the sandbox's name for its objects. */
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

/** A config that reads the whole history, and fails at the first error. */
export const configFor = (sandbox: Sandbox, more: object = {}): object => ({
  api_key: 'api_sandbox',
  base_url: sandbox.url,
  start_date: '2000-01-01',
  ...more,
});

const DAY_MS = 86_400_000;

/** Whether the documented API shows the object at all. The event log goes back 30 days only, for example. */
const isReachable = (table: Table, row: Readonly<Record<string, unknown>>, nowMs: number): boolean => {
  if (table === 'event_log') return Date.parse(`${String(row.date_updated)}Z`) > nowMs - 30 * DAY_MS + 60_000;
  return !(table === 'custom_fields' && 'custom_object_type_id' in row);
};

/** The ids of all objects that a table must have now. */
export const idsOf = (organisation: Organisation, table: Table): Set<string> => {
  const ids = new Set<string>();
  for (const row of organisation.all(TABLES[table])) {
    if (isReachable(table, row, organisation.clock())) ids.add(String(row.id));
  }
  return ids;
};

export const missingFrom = (found: ReadonlySet<string>, wanted: Iterable<string>): string[] =>
  [...wanted].filter((id) => !found.has(id));
