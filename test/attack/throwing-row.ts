import fc from 'fast-check';
import type { Organisation } from '../sandbox/organisation.ts';
import { startSandbox } from '../sandbox/server.ts';
import { deliveryOf, lacking, stale, standingOf, together } from './delivery.ts';
import { smallAccount } from './small-account.ts';
import { syncInProcess } from './sync-in-process.ts';

const STREAMS = ['activities', 'tasks', 'leads', 'event_log', 'users', 'custom_fields'] as const;

/** An account, how it is read, and the row whose conversion throws. */
export const world = fc.record({
  stream: fc.constantFrom(...STREAMS),
  record: fc.oneof(fc.nat(8), fc.nat(90)),
  seed: fc.nat(20),
  page_size: fc.constantFrom(2, 5, 20, 50),
  concurrency: fc.constantFrom(1, 3, 12),
  dateWindow: fc.constantFrom(null, 20),
  equal: fc.constantFrom(0, 30),
  stateOf: fc.nat(200),
  /** A first run, or a later one that finds changes. */
  isLater: fc.boolean(),
});

const changeMuch = (organisation: Organisation): void => {
  for (const kind of ['lead', 'task', 'activity'] as const) {
    for (const id of organisation.ids(kind).slice(0, 25)) organisation.update(kind, id);
    for (let turn = 0; turn < 10; turn += 1) {
      organisation.create(kind, kind === 'lead' ? {} : { _type: kind === 'task' ? 'lead' : 'Note' });
    }
  }
};

export type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

/** What is wrong after a run in which a row throws, and a run that continues from its last state or an earlier one. */
export const damageOf = async (given: World): Promise<readonly string[]> => {
  const organisation = smallAccount(given.seed, given.equal);
  const sandbox = await startSandbox(organisation, { unstableTies: true });
  try {
    const config = {
      page_size: given.page_size,
      max_concurrency: given.concurrency,
      date_window: given.dateWindow,
    };
    const before = given.isLater ? await syncInProcess(sandbox, { config }) : undefined;
    if (before) changeMuch(organisation);
    const throwing = await syncInProcess(sandbox, {
      config,
      state: before?.lastState,
      stateAfterEachPage: true,
      throwsAt: { stream: given.stream, record: given.record },
    });
    const states = throwing.messages.flatMap(({ type }, index) => (type === 'STATE' ? [index] : []));
    const at = states[given.stateOf % states.length] ?? 0;

    const wrong: string[] = [];
    for (const end of [throwing.messages.length, at + 1]) {
      const written = throwing.messages.slice(0, end);
      const state = written.findLast(({ type }) => type === 'STATE')?.value;
      const resumed = await syncInProcess(sandbox, { config, state });
      const all = together(...(before ? [before] : []), deliveryOf(written), resumed);

      wrong.push(
        ...resumed.failures.map(({ stream, reason }) => `${stream} failed: ${reason}`),
        ...lacking(all, standingOf(organisation)).map((what) => `lost ${what}`),
        ...stale(all, organisation).map((what) => `stale: ${what}`),
      );
    }
    return wrong;
  } finally {
    await sandbox.close();
  }
};
