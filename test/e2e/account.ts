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

type IsShown = (row: Readonly<Record<string, unknown>>, nowMs: number) => boolean;

/** Which objects the documented API shows at all, in the tables of which it does not show all. */
const SHOWN: Readonly<Partial<Record<Table, IsShown>>> = {
  event_log: ({ date_updated }, nowMs) =>
    Date.parse(`${String(date_updated)}Z`) > nowMs - 30 * DAY_MS + 60_000,
  custom_fields: (row) => !('custom_object_type_id' in row),
};

/** The ids of all objects that a table must have now. */
export const idsOf = (organisation: Organisation, table: Table): Set<string> => {
  const isShown = SHOWN[table];
  if (!isShown) return new Set(organisation.ids(TABLES[table]));
  const ids = new Set<string>();
  for (const row of organisation.all(TABLES[table])) {
    if (isShown(row, organisation.clock())) ids.add(String(row.id));
  }
  return ids;
};

export const missingFrom = (found: ReadonlySet<string>, wanted: Iterable<string>): string[] =>
  [...wanted].filter((id) => !found.has(id));
