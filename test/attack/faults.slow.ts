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
const account = () => createOrganisation({ objects: 200, leads: 60, events: 150, seed: 5, days: 60 });

describe.each(REQUEST_KINDS)('$name', (kind) => {
  test.each([...PASSING, ...REFUSALS])(
    'that fails once with $name only takes more time',
    async ({ fault }) => {
      const organisation = account();
      sandbox = await startSandbox(organisation, { faults: passing([kind], fault, 1).source });

      const run = await syncInProcess(sandbox, { config: CONFIG, timeoutMs: 300 });

      expect([run.error, run.failures]).toEqual([null, []]);
      expect(lacking(run, standingOf(organisation))).toEqual([]);
    },
  );

  test.each([...PASSING, ...FINAL])(
    'that always fails with $name is named, and the next run reads what is missing',
    async (met) => {
      const organisation = account();
      sandbox = await startSandbox(organisation);
      const first = await syncInProcess(sandbox, { config: CONFIG });
      organisation.update('lead', organisation.ids('lead')[3] ?? '', { name: 'Changed' });
      organisation.create('activity', { _type: 'Note' });
      organisation.create('task');
      sandbox.options.faults = lasting(kind, met.fault);

      const second = await syncInProcess(sandbox, {
        config: { ...CONFIG, max_retries: 1 },
        state: first.lastState,
        timeoutMs: 300,
      });
      sandbox.options.faults = undefined;
      const third = await syncInProcess(sandbox, { config: CONFIG, state: second.lastState });

      for (const { stream, reason } of second.failures) {
        expect(kind.streams).toContain(stream);
        expect(reason).toContain(kind.request);
        expect(reason).toMatch(met.cause);
      }
      expect([third.error, third.failures]).toEqual([null, []]);
      expect(lacking(together(first, second, third), standingOf(organisation))).toEqual([]);
      expect(stale(together(first, second, third), organisation)).toEqual([]);
    },
  );

  test.each([...PASSING, ...FINAL])(
    'that always fails with $name in a first run is named, and the next run completes it',
    async (met) => {
      const organisation = account();
      sandbox = await startSandbox(organisation, { faults: lasting(kind, met.fault) });
      const first = await syncInProcess(sandbox, { config: { ...CONFIG, max_retries: 1 }, timeoutMs: 300 });
      sandbox.options.faults = undefined;

      const second = await syncInProcess(sandbox, { config: CONFIG, state: first.lastState });

      // A list that does not exist is a warning, and an event cursor that is refused is not needed.
      const named = first.failures.length > 0 || first.log.some((line) => line.includes('does not exist'));
      if (!named) expect(lacking(first, standingOf(organisation))).toEqual([]);
      for (const { stream, reason } of first.failures) {
        expect(kind.streams).toContain(stream);
        expect(reason).toMatch(met.cause);
      }
      expect([second.error, second.failures]).toEqual([null, []]);
      if (first.failures.length === 0 && named) return;
      expect(lacking(together(first, second), standingOf(organisation))).toEqual([]);
    },
  );
});
