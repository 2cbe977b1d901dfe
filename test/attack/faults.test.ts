import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { lacking, stale, standingOf, together } from './delivery.ts';
import { lasting, passing } from './fault-sources.ts';
import { FINAL, PASSING, REFUSALS, REQUEST_KINDS } from './request-kinds.ts';
import { syncInProcess } from './sync-in-process.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const CONFIG = { page_size: 20, max_retries: 3 };
const account = () => createOrganisation({ objects: 200, leads: 60, events: 150, seed: 4, days: 60 });

describe.each([...PASSING, ...REFUSALS])('$name, twice at every kind of request', ({ fault }) => {
  test('only takes more time', async () => {
    const organisation = account();
    const { source, met } = passing(
      REQUEST_KINDS,
      fault,
      fault.kind === 'hang' || fault.kind === 'slow-body' ? 1 : 2,
    );
    sandbox = await startSandbox(organisation, { faults: source });

    const run = await syncInProcess(sandbox, { config: CONFIG, timeoutMs: 300 });

    expect([run.error, run.failures]).toEqual([null, []]);
    expect(lacking(run, standingOf(organisation))).toEqual([]);
    expect([...met.keys()].sort()).toEqual(REQUEST_KINDS.map(({ name }) => name).sort());
  });
});

describe.each(
  REQUEST_KINDS.flatMap((kind, index) =>
    // Each kind of request has some kinds of faults here. The slow suite has all pairs.
    [...FINAL, ...PASSING.filter(({ fault }) => fault.kind !== 'hang' && fault.kind !== 'slow-body')]
      .filter((_, turn) => turn % REQUEST_KINDS.length === index)
      .map((fault) => ({ kind, fault })),
  ),
)('$fault.name that lasts, at $kind.name', ({ kind, fault }) => {
  test('leaves the other streams complete, keeps the bookmark, and is reported', async () => {
    const organisation = account();
    sandbox = await startSandbox(organisation);
    const first = await syncInProcess(sandbox, { config: CONFIG });
    organisation.update('lead', organisation.ids('lead')[3] ?? '', { name: 'Changed' });
    organisation.create('activity', { _type: 'Note' });
    organisation.create('task');
    sandbox.options.faults = lasting(kind, fault.fault);

    const second = await syncInProcess(sandbox, {
      config: { ...CONFIG, max_retries: 1 },
      state: first.lastState,
    });
    const failed = second.failures.map(({ stream }) => stream);
    const met = sandbox.requests.some((request) => kind.is(request) && request.status !== 200);
    sandbox.options.faults = undefined;
    const third = await syncInProcess(sandbox, { config: CONFIG, state: second.lastState });

    if (met) expect(failed.length).toBeGreaterThan(0);
    for (const { stream, reason } of second.failures) {
      expect(kind.streams).toContain(stream);
      expect(reason).toContain(kind.request);
      expect(reason).toMatch(fault.cause);
    }
    const standing = standingOf(organisation);
    const others = tablesBut(failed);
    expect(lacking(together(first, second), standing, others)).toEqual([]);
    for (const stream of failed) {
      // Leads were read in full if only the event log failed.
      const isLate = stream === 'activities' || (stream === 'leads' && kind.streams.includes('event_log'));
      const key = isLate ? 'changes_since' : 'date_updated';
      expect(second.lastState?.bookmarks[stream]?.[key], stream).toEqual(
        first.lastState?.bookmarks[stream]?.[key],
      );
    }
    expect([third.error, third.failures]).toEqual([null, []]);
    expect(lacking(together(first, second, third), standing)).toEqual([]);
    expect(stale(together(first, second, third), organisation)).toEqual([]);
  });
});

test('a fault does not lose the names of custom fields: the stream fails, and the next run has them', async () => {
  const organisation = account();
  sandbox = await startSandbox(organisation, {
    faults: ({ path }) => (path === '/custom_field/lead/' ? { kind: 'status', status: 500 } : undefined),
  });

  const first = await syncInProcess(sandbox, { config: { ...CONFIG, max_retries: 0 } });
  sandbox.options.faults = undefined;
  const second = await syncInProcess(sandbox, { config: CONFIG, state: first.lastState });

  expect(first.failures.map(({ stream }) => stream)).toContain('leads');
  expect(first.ids('leads').size).toBe(0);
  expect(lacking(together(first, second), standingOf(organisation))).toEqual([]);
});

const tablesBut = (failed: readonly string[]) =>
  (['custom_fields', 'leads', 'activities', 'tasks', 'users', 'event_log'] as const).filter(
    (table) => !failed.includes(table),
  );
