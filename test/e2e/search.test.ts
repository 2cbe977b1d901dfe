import { afterEach, describe, expect, test } from 'vitest';
import { deliveryOf, together } from '../attack/delivery.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, missingFrom } from './account.ts';
import { syncHere } from './run-main.ts';
import type { TapRun } from './run-tap.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const KINDS = { leads: 'lead', contacts: 'contact', custom_objects: 'custom_object' } as const;
const catalog = { streams: Object.keys(KINDS).map((name) => ({ tap_stream_id: name, selected: true })) };

const missing = (run: Pick<TapRun, 'ids'>, organisation: Organisation): string[] =>
  Object.entries(KINDS).flatMap(([stream, kind]) =>
    missingFrom(run.ids(stream), organisation.ids(kind)).map((id) => `${stream} ${id}`),
  );
const searches = (): number => sandbox.requests.filter(({ path }) => path === '/data/search/').length;
const custom = (run: TapRun, stream: string): number =>
  [...run.latest(stream).values()].filter((row) => JSON.stringify(row.custom_fields) !== '[]').length;

const open = async (options: Partial<SandboxOptions>, size: object = {}): Promise<Organisation> => {
  const organisation = createOrganisation({ seed: 5, leads: 420, contacts: 420, customObjects: 60, ...size });
  sandbox = await startSandbox(organisation, options);
  return organisation;
};
const read = (more: object = {}) => syncHere({ config: configFor(sandbox, more), catalog });

describe('a search that refuses', () => {
  test('one documented field loses only that column, with a warning for each stream that has it', async () => {
    const organisation = await open({ searchRefuses: ['contacts_summary'] });

    const run = await read();

    expect(run.code).toBe(0);
    expect(missing(run, organisation)).toEqual([]);
    expect(run.stderr.match(/^WARNING leads: the search refuses .*: contacts_summary$/gm)).toHaveLength(1);
    expect(searches()).toBeLessThan(30);
  });

  test('the selector for all custom fields is asked for each of them by name', async () => {
    const organisation = await open(
      { searchRefuses: ['custom'], searchMostFields: 50 },
      { customFields: 60 },
    );

    const run = await read();

    expect(run.code).toBe(0);
    expect(missing(run, organisation)).toEqual([]);
    for (const stream of Object.keys(KINDS)) expect(custom(run, stream), stream).toBeGreaterThan(0);
    expect(run.stderr.match(/asking for each by its id/g)).toHaveLength(3);
  });

  test.each([1, 0] as const)('to sort by more than %d dates is read in full', async (searchSortKeys) => {
    const ties = { equalTimestamps: { leads: 260, contacts: 150 } };
    const organisation = await open({ searchSortKeys }, ties);

    const run = await read();

    expect(run.code).toBe(0);
    expect(missing(run, organisation)).toEqual([]);
    expect(run.stderr.match(/does not sort by two dates/g)).toHaveLength(3);
  });
});

describe('a search whose cursor', () => {
  test.each([
    ['is not in the answer', 'absent'],
    ['never ends', 'endless'],
  ] as const)('%s fails with a message, and the next run has everything', async (_, searchCursor) => {
    const organisation = await open({ searchCursor });

    const run = await read({ max_retries: 0 });
    const requests = searches();
    sandbox.options.searchCursor = 'documented';
    const next = await syncHere({ config: configFor(sandbox), catalog, state: run.lastState });

    expect([run.code, next.code]).toEqual([1, 0]);
    expect(run.stderr).toMatch(/ERROR leads: POST \/data\/search\/: [\s\S]*cursor/);
    expect(requests).toBeLessThan(400);
    const both = together(deliveryOf(run.messages), deliveryOf(next.messages));
    expect(missing(both, organisation)).toEqual([]);
  });

  test('is null after the first page, although the count is larger, has not ended', async () => {
    const organisation = await open({ searchCursor: 'ends early' });

    const run = await read();

    expect(run.code).toBe(0);
    expect(missing(run, organisation)).toEqual([]);
  });
});

describe('rows that are fetched by id', () => {
  test.each([
    ['from the list', {}],
    ['one by one', { filtersIgnored: ['id__in'] }],
  ])('%s become the same records as rows from the search', async (_, options) => {
    const organisation = await open({ ...options, indexLagMs: 3_600_000 }, { leads: 60, contacts: 60 });
    const first = await read();
    for (const kind of Object.values(KINDS)) {
      for (const id of organisation.ids(kind).slice(0, 20)) organisation.update(kind, id, { name: 'Edited' });
    }

    const late = await syncHere({ config: configFor(sandbox), catalog, state: first.lastState });
    sandbox.options.indexLagMs = 0;
    const truth = await read();

    expect([first.code, late.code]).toEqual([0, 0]);
    for (const stream of Object.keys(KINDS)) {
      const rows = truth.latest(stream);
      const edited = [...late.latest(stream)].filter(([, row]) => row.name === 'Edited');
      expect(edited).toHaveLength(20);
      for (const [id, row] of edited) expect(row).toEqual(rows.get(id));
    }
  });
});
