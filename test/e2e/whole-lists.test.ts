import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const OLD = '2019-03-01T00:00:00.000000+00:00';
const LISTS = [
  ['users', 'user'],
  ['custom_fields', 'custom_field'],
  ['sms_templates', 'sms_template'],
  ['phone_numbers', 'phone_number'],
  ['outcomes', 'outcome'],
] as const;

const select = ['users', 'custom_fields', 'sms_templates', 'phone_numbers', 'outcomes'].map((stream) => ({
  stream,
  tap_stream_id: stream,
}));

/** Discovers the catalog, and selects only the lists. */
const catalogOf = async (config: object): Promise<object> => {
  const { text } = await syncHere({ config, args: ['--discover'] });
  const catalog = JSON.parse(text) as { streams: { tap_stream_id: string; metadata: Entry[] }[] };
  const wanted = new Set<string>(select.map(({ stream }) => stream));
  for (const stream of catalog.streams) {
    const whole = stream.metadata.find(({ breadcrumb }) => breadcrumb.length === 0);
    if (whole) whole.metadata.selected = wanted.has(stream.tap_stream_id);
  }
  return catalog;
};
interface Entry {
  readonly breadcrumb: readonly string[];
  readonly metadata: Record<string, unknown>;
}

describe('of a list without a date filter', () => {
  test('an object that appears later with an old date is written, and no other one is written again', async () => {
    const organisation = createOrganisation({ seed: 3, leads: 3, activities: 3, tasks: 3, events: 3 });
    sandbox = await startSandbox(organisation);
    const config = { api_key: 'api_sandbox', base_url: sandbox.url, start_date: '2020-01-01' };
    const catalog = await catalogOf(config);
    const first = await syncHere({ config, catalog });
    const quiet = await syncHere({ config, catalog, state: first.lastState });
    const added = LISTS.map(([stream, kind]) => [
      stream,
      organisation.create(kind, { date_created: OLD, date_updated: OLD }),
    ]);

    const second = await syncHere({ config, catalog, state: quiet.lastState });
    const third = await syncHere({ config, catalog, state: second.lastState });

    expect([first.code, quiet.code, second.code, third.code]).toEqual([0, 0, 0, 0]);
    for (const [stream = '', id = ''] of added) {
      const before = quiet.ids(stream);
      expect([stream, [...second.ids(stream)].filter((one) => !before.has(one))]).toEqual([stream, [id]]);
      expect([stream, [...third.ids(stream)].sort()]).toEqual([stream, [...before].sort()]);
    }
  });
});
