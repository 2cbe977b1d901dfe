import { afterEach, expect, test } from 'vitest';
import { deliveryOf, together } from '../attack/delivery.ts';
import { work } from '../attack/late-index.ts';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const HOUR = 3_600_000;
const KINDS = { leads: 'lead', contacts: 'contact', custom_objects: 'custom_object' } as const;
const STREAMS = Object.keys(KINDS);
const catalogOf = (names: readonly string[]) => ({
  streams: names.map((name) => ({ tap_stream_id: name, selected: true })),
});

test.each([
  ['readable, in the first run', 'admin', 1],
  ['refused, in the run after', 'none', 2],
] as const)(
  'what the index lacked during a first run is emitted if the event log is %s',
  async (_, eventAccess, runs) => {
    let behind = 5 * HOUR;
    const clock = () => Date.now() - behind;
    const organisation = createOrganisation({
      seed: 11,
      now: clock(),
      leads: 80,
      contacts: 80,
      customObjects: 40,
    });
    organisation.clock = clock;
    sandbox = await startSandbox(organisation, {
      indexLagMs: 3 * HOUR,
      indexUneven: true,
      indexLagStyle: 'hydrated',
      eventAccess,
    });
    for (let turn = 0; turn < 40; turn += 1) {
      behind -= 0.12 * HOUR;
      work(organisation, turn);
    }
    behind = 0;

    const first = await syncHere({ config: configFor(sandbox), catalog: catalogOf(STREAMS) });
    sandbox.options.indexLagMs = 0;
    const second = await syncHere({
      config: configFor(sandbox),
      catalog: catalogOf(STREAMS),
      state: first.lastState,
    });
    const truth = await syncHere({ config: configFor(sandbox), catalog: catalogOf(STREAMS) });

    const held = together(...[first, second].slice(0, runs).map(({ messages }) => deliveryOf(messages)));
    expect([first.code, second.code]).toEqual([0, 0]);
    for (const stream of STREAMS) {
      const wrong = [...truth.latest(stream)].filter(
        ([id, row]) => JSON.stringify(held.latest(stream).get(id)) !== JSON.stringify(row),
      );
      expect(
        wrong.map(([id]) => id),
        stream,
      ).toEqual([]);
    }
  },
);
