import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { configFor } from '../e2e/account.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { mustRun } from '../setup/run.ts';
import { type Fields, runPipeline, TAP } from './pipeline.ts';
import { type Account, questions } from './questions.ts';
import { requirementsOf, type Store } from './target.ts';
import { databases } from './targets.ts';
import { type Catalog, createAccount, discoverAll, FIELD_NAMES } from './whole-account.ts';

const viewed = databases.flatMap((target) => (target.views ? [{ ...target, views: target.views }] : []));

describe.each(viewed)('views over $name', (target) => {
  const { dialect, schema } = target.views;
  let sandbox: Sandbox | undefined;
  let dir: string;
  let store: Store;
  let account: Account;
  let catalog: Catalog;
  const sql = async (statements: string): Promise<Fields[]> => (await store.sql?.(statements)) ?? [];
  /** Runs SQL as an analyst does whose search path has the schema. */
  const ask = (select: string) =>
    sql(select.replace(/\b(from|join) (?=[a-z_]+ as |[a-z_]+(?:$|\n))/g, `$1 ${schema}.`));
  const printViews = async (chosen: object): Promise<string> => {
    const path = join(dir, 'catalog.json');
    await writeFile(path, JSON.stringify(chosen));
    const args = ['views', '--dialect', dialect, '--schema', schema, '--catalog', path];
    return mustRun(process.execPath, [TAP, ...args]);
  };

  beforeAll(async () => {
    const bin = await ensurePythonEnv(target.name, requirementsOf(target.name));
    dir = await mkdtemp(join(tmpdir(), `tap-closeio-views-${target.name}-`));
    store = await target.open(bin, dir);
    const { organisation, fields } = createAccount();
    sandbox = await startSandbox(organisation);
    const config = configFor(sandbox, { emit_deletes: true, activate_version: true });
    catalog = await discoverAll(config);
    const { storedState } = await runPipeline({ config, catalog }, await store.command(1));

    const [deleted = '', source = '', destination = '', quiet = ''] = organisation.ids('lead');
    const [opportunity = ''] = organisation.ids('opportunity').slice(3);
    organisation.remove('lead', deleted);
    organisation.mergeLeads(source, destination);
    organisation.remove('opportunity', opportunity);
    organisation.remove('lead_status', organisation.ids('lead_status').at(-1) ?? '');
    organisation.create('activity', { _type: 'Call', lead_id: quiet });
    account = {
      organisation,
      region: fields[0] ?? '',
      deleted: [deleted],
      merged: new Map([[source, destination]]),
    };
    await runPipeline({ config, catalog, state: storedState }, await store.command(2));
    const script = await printViews(catalog);
    await sql(script);
    // The script is run again, over the existing views.
    await sql(script);
  });
  afterAll(async () => {
    await store.close?.();
    await sandbox?.close();
    await rm(dir, { recursive: true, force: true });
  });

  test.each(questions)('say $asked', async ({ select, truth }) => {
    expect(select.split('\n').length).toBeLessThanOrEqual(10);

    const answer = await ask(select);

    const wanted = truth(account);
    expect(wanted.length).toBeGreaterThan(0);
    expect(new Set(answer.map(inOrder))).toEqual(new Set(wanted.map(inOrder)));
    expect(answer.length).toBe(wanted.length);
  });

  test('have a row for each row that Close has, of every stream', async () => {
    const counts = streams.map(
      ({ name }) => `select '${name}' as stream, count(*) as rows from ${schema}."current_${name}"`,
    );

    const found = await sql(`select * from (${counts.join(' union all ')}) as counts`);

    const { organisation } = account;
    const counted = Object.fromEntries(found.map(({ stream, rows }) => [stream, rows]));
    // target-duckdb ignores ACTIVATE_VERSION, so rows that are gone from a table that is read in full stay in it.
    const whole = dialect === 'postgres' ? { lead_ids: 'lead', organization: 'organization' } : {};
    const kinds = { leads: 'lead', opportunities: 'opportunity', lead_statuses: 'lead_status', ...whole };
    expect(Object.keys(counted).length).toBe(streams.length);
    for (const [stream, kind] of Object.entries(kinds)) {
      const existing = kind === 'organization' ? 1 : organisation.ids(kind).length;
      expect([stream, counted[stream]]).toEqual([stream, existing]);
    }
  });

  test('give custom fields their names, whatever characters these have', async () => {
    const [row = {}] = await ask(
      'select * from current_leads where region is not null limit 1'.replace(' where', '\nwhere'),
    );

    const columns = Object.keys(row);
    for (const [title, column] of FIELD_NAMES) {
      const count = columns.filter((name) => column.test(name)).length;
      const alike = FIELD_NAMES.filter(([, other]) => other.source === column.source).length;
      expect([title, count]).toEqual([title, alike]);
    }
  });

  test('give money in the major unit of its currency', async () => {
    const rows = await ask(
      `select value, value_currency\nfrom current_opportunities\nwhere value_currency <> 'USD'`,
    );

    expect(new Set(rows.map(inOrder))).toEqual(
      new Set(
        [
          { value: 5000, value_currency: 'JPY' },
          { value: 1.234, value_currency: 'KWD' },
        ].map(inOrder),
      ),
    );
  });

  test('have a row for each item of a list', async () => {
    const [{ rows } = {}] = await ask('select count(*) as rows\nfrom meeting_attendees');
    const [opened = {}] = await ask('select opened_at, opened_by\nfrom email_opens\nlimit 1');

    const meetings = [...account.organisation.all('activity')].filter(({ _type }) => _type === 'Meeting');
    expect(rows).toBe(meetings.flatMap(({ attendees }) => attendees).length);
    expect(opened).toEqual({
      opened_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
      opened_by: expect.stringMatching(/@/),
    });
  });

  test.each([
    [['users']],
    [['leads']],
    [['activities']],
    [['opportunities']],
    [['activities', 'leads']],
    [['opportunities', 'organization']],
  ])('can be created if only %j are selected', async (names) => {
    const script = await printViews({
      streams: catalog.streams.filter(({ stream }) => names.includes(stream)),
    });

    await sql(script.replace('commit;', 'rollback;'));
  });
});

/** A row with numbers of any type as numbers, and keys in one order. */
const inOrder = (row: Fields): string =>
  JSON.stringify(
    Object.entries(row)
      .map(([name, value]) => [name, typeof value === 'number' ? Number(value.toFixed(3)) : value])
      .sort(),
  );
