import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { createRandom } from '../sandbox/random.ts';
import type { LeavesOut, SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, missingFrom } from './account.ts';
import { syncHere } from './run-main.ts';
import { runTap, type TapRun } from './run-tap.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const KINDS = { lead_ids: 'lead', contact_ids: 'contact', opportunity_ids: 'opportunity' } as const;
const SWEEPS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const catalog = { streams: SWEEPS.map((name) => ({ tap_stream_id: name, selected: true })) };

const open = async (options: Partial<SandboxOptions>, seed = 1): Promise<Organisation> => {
  const organisation = createOrganisation({ seed, leads: 450, contacts: 450, opportunities: 450 });
  sandbox = await startSandbox(organisation, options);
  return organisation;
};

/** The config has small pages, so that each table has many. */
const sweep = (more: object = {}): Promise<TapRun> =>
  syncHere({ config: configFor(sandbox, { activate_version: true, page_size: 40, ...more }), catalog });

/** The streams of ids for which a run sends ACTIVATE_VERSION. */
const activated = ({ messages }: TapRun): string[] =>
  messages.flatMap(({ type, stream }) =>
    type === 'ACTIVATE_VERSION' && stream !== undefined ? [stream] : [],
  );

/** The objects of each stream of ids that exist but did not come. */
const missing = (run: TapRun, organisation: Organisation): Record<string, readonly string[]> =>
  Object.fromEntries(SWEEPS.map((name) => [name, missingFrom(run.ids(name), organisation.ids(KINDS[name]))]));

const NONE = { lead_ids: [], contact_ids: [], opportunity_ids: [] };
/** None of the three lists can be read to its end, as in a very large account. */
const LISTS_TOO_LONG = {
  maxSkip: { '/lead/': 199, '/contact/': 199, '/opportunity/': 199, '*': 250_000 },
  orderIgnored: ['/opportunity/ _order_by'],
  filtersIgnored: ['/opportunity/ date_created__gte', '/opportunity/ date_created__lt'],
};

const WAYS: readonly LeavesOut[] = ['others each time', 'always the same', 'not indexed'];
const SEEDS = [1, 2];
const cases = WAYS.flatMap((how) => SEEDS.map((seed) => [how, seed] as const));

describe('the ids of everything that exists', () => {
  test.each([
    ['with a list and the search', {}],
    ['with the search only', LISTS_TOO_LONG],
  ])('are confirmed before missing ones count as gone, %s', async (_, options) => {
    const organisation = await open(options);

    const run = await sweep();

    expect([run.code, missing(run, organisation)]).toEqual([0, NONE]);
    expect(activated(run).sort()).toEqual([...SWEEPS].sort());
    expect(run.stderr).not.toMatch(/WARNING \w+_ids/);
  });

  test.each(cases)('come from the list where a search leaves them out: %s, seed %d', async (how, seed) => {
    const organisation = await open({ searchLeavesOut: { share: 0.02, how } }, seed);

    const run = await sweep();

    expect([run.code, missing(run, organisation)]).toEqual([0, NONE]);
    expect(activated(run).sort()).toEqual([...SWEEPS].sort());
  });

  test.each(cases)('are not confirmed by a search that leaves some out: %s, seed %d', async (how, seed) => {
    const organisation = await open({ ...LISTS_TOO_LONG, searchLeavesOut: { share: 0.06, how } }, seed);

    const run = await sweep();

    const confirmed = activated(run);
    const warnings =
      run.stderr.match(/^WARNING \w+_ids: not confirmed: .*\d.*; .* may still exist, .*$/gm) ?? [];
    expect(run.code).toBe(0);
    // In its second or third reading, the search may by chance bring everything that it left out before.
    if (how !== 'others each time') expect(confirmed).toEqual([]);
    expect(warnings).toHaveLength(SWEEPS.length - confirmed.length);
    for (const name of confirmed) expect([name, missing(run, organisation)[name]]).toEqual([name, []]);
    for (const name of SWEEPS) expect(run.ids(name).size).toBeGreaterThan(350);
  });

  test.each([
    ['with a list and the search', {}],
    ['with the search only', LISTS_TOO_LONG],
  ])('are confirmed even if the search counts objects that are gone, %s', async (_, options) => {
    const organisation = await open({ ...options, searchKeepsDeleted: true });
    await sweep();
    for (const id of organisation.ids('contact').slice(0, 6)) organisation.remove('contact', id);
    for (const id of organisation.ids('opportunity').slice(0, 20)) organisation.remove('opportunity', id);
    for (const id of organisation.ids('lead').slice(0, 2)) organisation.remove('lead', id);

    const run = await sweep();

    expect([run.code, missing(run, organisation)]).toEqual([0, NONE]);
    expect(activated(run).sort()).toEqual([...SWEEPS].sort());
    for (const name of SWEEPS) expect(run.ids(name).size).toBe(organisation.ids(KINDS[name]).length);
  });

  test('are complete even if the index is late and the list is too long', async () => {
    const organisation = await open({ ...LISTS_TOO_LONG, indexLagMs: 3_600_000 });
    await sweep();
    for (const kind of Object.values(KINDS))
      for (let made = 0; made < 60; made += 1) organisation.create(kind);
    const [gone = ''] = organisation.ids('opportunity').slice(-1);
    organisation.remove('opportunity', gone);

    const run = await sweep();

    expect([run.code, missing(run, organisation)]).toEqual([0, NONE]);
    expect(activated(run).sort()).toEqual([...SWEEPS].sort());
    expect(run.ids('opportunity_ids')).not.toContain(gone);
  });

  test.each(SEEDS)('are all there while the account changes, seed %d', async (seed) => {
    const random = createRandom(seed, 0);
    const organisation = await open(LISTS_TOO_LONG, seed);
    const before = Object.fromEntries(SWEEPS.map((name) => [name, organisation.ids(KINDS[name])]));
    sandbox.options.beforeRequest = ({ path }) => {
      if (path.startsWith('/custom_field/') || random.chance(0.6)) return;
      const kind = random.pick(Object.values(KINDS));
      organisation.create(kind);
      organisation.update(kind, random.pick(organisation.ids(kind)));
      if (random.chance(0.5)) organisation.remove(kind, random.pick(organisation.ids(kind)));
      const [source, destination] = [
        random.pick(organisation.ids('lead')),
        random.pick(organisation.ids('lead')),
      ];
      if (random.chance(0.2) && source !== destination) organisation.mergeLeads(source, destination);
    };

    const run = await sweep();
    sandbox.options.beforeRequest = undefined;

    expect(run.code).toBe(0);
    for (const name of SWEEPS) {
      const throughout = new Set(organisation.ids(KINDS[name]));
      const due = (before[name] ?? []).filter((id) => throughout.has(id));
      expect(missingFrom(run.ids(name), due)).toEqual([]);
      expect(due.length).toBeLessThan(before[name]?.length ?? 0);
    }
    expect(activated(run).sort()).toEqual([...SWEEPS].sort());
  });

  test('are read again after a kill, and only a complete run says what is gone', async () => {
    const organisation = await open({ latencyMs: 20 });
    const killed = await runTap({
      config: configFor(sandbox, { activate_version: true, page_size: 40 }),
      catalog,
      onLine: (_, count, child) => count === 200 && child.kill('SIGKILL'),
    });

    const next = await syncHere({
      config: configFor(sandbox, { activate_version: true, page_size: 40 }),
      catalog,
      state: killed.lastState,
    });

    expect([killed.signal, activated(killed)]).toEqual(['SIGKILL', []]);
    expect([next.code, missing(next, organisation)]).toEqual([0, NONE]);
    expect(activated(next).sort()).toEqual([...SWEEPS].sort());
  });
});
