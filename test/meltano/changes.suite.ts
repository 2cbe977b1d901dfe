import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { type Postgres, startPostgres } from '../setup/postgres.ts';
import { tapLines } from './log-lines.ts';
import { createProject, installMeltano, type MeltanoProject } from './project.ts';

let organisation: Organisation;
let sandbox: Sandbox;
let postgres: Postgres;
let project: MeltanoProject;

/** A run with every stream and column selected, which must succeed. @returns the tap's log lines about leads */
const sync = async (env: Readonly<Record<string, string>> = {}): Promise<string[]> => {
  const args = ['--log-format=json', 'run', 'tap-closeio', 'target-postgres'];
  const { code, stdout, stderr } = await project.meltano(args, { env });
  expect(code, stderr).toBe(0);
  return tapLines(`${stdout}\n${stderr}`).flatMap(({ event, stream_name: stream, metric_info: metric }) =>
    stream === 'leads' && !metric ? [event] : [],
  );
};

const query = (sql: string): Promise<string[]> =>
  postgres.query(sql.replaceAll('from leads', 'from close.leads'));
const stored = async (column: string, lead: string): Promise<string | undefined> =>
  (await query(`select "${column}" from leads where id = '${lead}'`))[0];
const leadsWith = async (column: string): Promise<string[]> =>
  (await query(`select id from leads where "${column}" is not null`)).sort();
const typeOf = (column: string): Promise<string[]> =>
  query(`select data_type from information_schema.columns where column_name = '${column}'`);

/** Adds a field to leads, with a value for each of these leads. Their dates do not move. */
const addField = (fields: object, leads: readonly string[], value: unknown): string => {
  const id = organisation.create('custom_field', { description: null, choices: null, ...fields });
  const dates = new Map([...organisation.all('lead')].map((row) => [String(row.id), row.date_updated]));
  for (const lead of leads)
    organisation.migrate('lead', lead, { date_updated: dates.get(lead), [`custom.${id}`]: value });
  return `custom_${id}`;
};
const customId = (column: string): string => column.slice('custom_'.length);

/** Changes that happen in an account every month, one after the other, in one project. */
describe('two runs with every stream selected succeed', () => {
  let lead: string;
  let older: string;
  let score: string;

  beforeAll(async () => {
    const bins = await installMeltano();
    postgres = await startPostgres();
    organisation = createOrganisation({ objects: 250, seed: 41 });
    sandbox = await startSandbox(organisation);
    [lead = '', older = ''] = organisation.ids('lead');
    // This is so long ago that no run reads it again by itself.
    organisation.migrate('lead', older, { date_updated: '2020-01-01T00:00:00.000000+00:00' });
    const { host, port, user, password, database } = postgres;
    project = await createProject(bins, {
      TAP_CLOSEIO_API_KEY: 'api_sandbox',
      TAP_CLOSEIO_BASE_URL: sandbox.url,
      TAP_CLOSEIO_START_DATE: '2000-01-01',
      TAP_CLOSEIO__SELECT: '["*.*", "!leads.url"]',
      TARGET_POSTGRES_HOST: host,
      TARGET_POSTGRES_PORT: String(port),
      TARGET_POSTGRES_USER: user,
      TARGET_POSTGRES_PASSWORD: password,
      TARGET_POSTGRES_DATABASE: database,
    });
  });
  afterAll(async () => {
    await project.remove();
    await sandbox.close();
    await postgres.stop();
  });

  test('with lists of numbers, and custom values of contacts inside leads', async () => {
    const sizes = addField(
      { name: 'Sizes', type: 'number', accepts_multiple_values: true },
      [lead],
      [1, 2.5],
    );
    score = addField({ name: 'Score', type: 'number' }, [lead], 7.5);

    const said = [await sync(), await sync()];

    expect(said).toEqual([[], []]);
    const tables = await query(
      "select table_name from information_schema.tables where table_schema = 'close'",
    );
    expect(tables.sort()).toEqual(streams.map(({ name }) => name).sort());
    expect(await stored(sizes, lead)).toBe('{1.0,2.5}');
    expect(
      await query(`select count(*) from leads where contacts::text like '%custom_fields%cf_%'`),
    ).not.toEqual(['0']);
    expect(await leadsWith('_extra')).toEqual([]);
  });

  test('after the type of a field was changed', async () => {
    const typeBefore = await typeOf(score);
    organisation.update('custom_field', customId(score), { type: 'text' });
    organisation.update('lead', lead, { [`custom.${customId(score)}`]: 'high' });

    const said = [await sync(), await sync()];

    expect(said).toEqual(Array(2).fill([expect.stringMatching(/“Score” .* from number to text/)]));
    expect(await typeOf(score)).toEqual(typeBefore);
    expect(await stored(score, lead)).toBeUndefined();
    expect(await stored('custom_fields', lead)).toContain('high');
  });

  test('after a field was added, and another removed', async () => {
    const added = addField({ name: 'Tier', type: 'text' }, [lead, older], 'A');
    // Close removes the values together with the field.
    organisation.update('lead', lead, { [`custom.${customId(score)}`]: undefined });
    organisation.remove('custom_field', customId(score));

    const said = [await sync(), await sync()];

    expect(said).toEqual([
      [
        expect.stringMatching(/^new since the last run: custom_cf_\w+ \(Tier\)\. .* state reset/),
        expect.stringMatching(/^Close no longer has these custom fields/),
      ],
      [],
    ]);
    expect(await leadsWith(added)).toEqual([lead]);
  });

  test('after a field was added and a column selected, with backfill_new_columns', async () => {
    const added = addField({ name: 'Region', type: 'text' }, [lead, older], 'North');
    const backfill = { TAP_CLOSEIO_BACKFILL_NEW_COLUMNS: 'true', TAP_CLOSEIO__SELECT: '["*.*"]' };

    const said = [await sync(backfill), await sync(backfill)];

    const once = [expect.stringMatching(/^new since the last run: url, .* \(Region\)\. .*from start_date/)];
    expect(said).toEqual([once, []]);
    expect(await leadsWith(added)).toEqual([lead, older].sort());
    expect((await leadsWith('url')).length).toBeGreaterThan(1);
  });
});
