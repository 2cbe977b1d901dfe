import { afterEach, expect, test } from 'vitest';
import { traits } from '../probes/traits.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { syncInProcess } from './sync-in-process.ts';

/** All tests read the same account, because none changes it. */
const organisation = createOrganisation({
  objects: 600,
  users: 130,
  seed: 6,
  equalTimestamps: { leads: 60, contacts: 20, opportunities: 10, activities: 130, tasks: 70 },
});
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

/** The streams that the probes concern, each with the sandbox's name for its objects. */
const TABLES = {
  leads: 'lead',
  contacts: 'contact',
  opportunities: 'opportunity',
  custom_objects: 'custom_object',
  activities: 'activity',
  tasks: 'task',
  users: 'user',
} as const;

/** Defects that are handled. An index that is late by hours has its own test (late-index.slow.ts). */
const handled = traits.filter(
  ({ found }) => !('search-index' in found) && Object.values(found).every((verdict) => verdict === 'handled'),
);

/** If a probe says that a defect is handled, a sync must lose nothing. */
test.each(handled.map((trait) => [trait.called, trait] as const))(
  'nothing is lost if %s',
  async (_, trait) => {
    sandbox = await startSandbox(organisation, trait.options);

    const run = await syncInProcess(sandbox, {
      streams: Object.keys(TABLES),
      config: { page_size: 50, max_retries: 1 },
    });

    expect([run.error, run.failures]).toEqual([null, []]);
    const lost = Object.entries(TABLES).flatMap(([stream, kind]) => {
      const records = run.latest(stream);
      return [...organisation.all(kind)]
        .filter(({ id, date_updated }) => {
          const record = records.get(String(id));
          return !record || Date.parse(String(record.date_updated)) < Date.parse(String(date_updated));
        })
        .map(({ id }) => `${stream} ${id}`);
    });
    expect(lost).toEqual([]);
  },
);
