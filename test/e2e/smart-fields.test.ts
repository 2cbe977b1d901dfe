import { afterEach, expect, test } from 'vitest';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { withSmartFields } from '../sandbox/rows/smart-fields.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor, missingFrom } from './account.ts';
import { invalidRecords } from './invalid-records.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const NAME = 'lead_smart_fields';

interface Entry {
  readonly tap_stream_id: string;
  readonly schema: { readonly properties: Record<string, { type: string[]; format?: string }> };
  readonly metadata: { breadcrumb: string[]; metadata: Record<string, unknown> }[];
}

const discover = async (): Promise<Entry> => {
  const run = await syncHere({ config: configFor(sandbox), args: ['--discover'] });
  expect(run.code).toBe(0);
  expect(run.stderr).not.toMatch(/^(WARNING|ERROR|CRITICAL)/m);
  const { streams } = JSON.parse(run.text) as { streams: Entry[] };
  const entry = streams.find(({ tap_stream_id }) => tap_stream_id === NAME);
  if (!entry) throw new Error('not discovered');
  const root = entry.metadata.find(({ breadcrumb }) => breadcrumb.length === 0);
  expect(root?.metadata['selected-by-default']).toBe(false);
  if (root) root.metadata.selected = true;
  return entry;
};

/** The fields of the lead as a target must get them. */
const truthOf = (organisation: Organisation, id: string, { schema }: Entry): Record<string, unknown> => {
  const lead = organisation.get('lead', id) ?? {};
  const all = withSmartFields(organisation.store, lead, ['_all']);
  const truthIn = (column: string): unknown => {
    const value = all[column] ?? null;
    const { type, format } = schema.properties[column] ?? { type: [] };
    if (value === null || type[0] !== 'string') return value;
    if (format === 'date-time') return Date.parse(String(value));
    // Targets need valid text without U+0000.
    return Buffer.from(String(value).replaceAll('\u0000', '')).toString();
  };
  return Object.fromEntries(
    Object.keys(schema.properties)
      .filter((column) => column !== '_extra')
      .map((column) => [column, truthIn(column)]),
  );
};

const asTruth = (record: Readonly<Record<string, unknown>>, { schema }: Entry): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([column]) => column !== '_extra')
      .map(([column, value]) => [
        column,
        schema.properties[column]?.format === 'date-time' && value !== null
          ? Date.parse(String(value))
          : value,
      ]),
  );

test('fields that Close computes are discovered, get a type by their names, and are read in full', async () => {
  const organisation = createOrganisation({ objects: 2200, seed: 41 });
  sandbox = await startSandbox(organisation);
  const entry = await discover();
  const asked = sandbox.requests.filter(({ params }) => params._fields === '_all');
  sandbox.requests.length = 0;

  const run = await syncHere({ config: configFor(sandbox), catalog: { streams: [entry] } });

  expect(asked).toHaveLength(1);
  expect(entry.schema.properties).toMatchObject({
    num_calls: { type: ['integer', 'null'] },
    num_whatsapp_messages: { type: ['integer', 'null'] },
    contract_end_date: { type: ['string', 'null'], format: 'date' },
    last_outgoing_whatsapp_message_date: { type: ['string', 'null'], format: 'date-time' },
    weighted_annual_won_opportunity_value: { type: ['number', 'null'] },
    has_replied: { type: ['string', 'null'] },
  });
  expect(Object.keys(entry.schema.properties)).not.toContain('contacts');
  expect(run.code).toBe(0);
  const leads = organisation.ids('lead');
  expect(leads.length).toBeGreaterThan(200);
  expect([...run.ids(NAME)].sort()).toEqual([...leads].sort());
  expect(invalidRecords(run)).toEqual([]);
  for (const [id, record] of run.latest(NAME)) {
    expect(asTruth(record, entry), id).toEqual(truthOf(organisation, id, entry));
    expect(record._extra, id).toBe(null);
  }
  const portions = Math.ceil((Object.keys(entry.schema.properties).length - 3) / 75);
  const most = Math.ceil(leads.length / 50) + 2;
  expect(portions).toBe(3);
  expect(sandbox.requests.filter(({ path }) => path === '/lead/').length).toBeLessThanOrEqual(2 * most);
  expect(sandbox.requests.filter(({ status }) => status !== 200)).toEqual([]);
});

test('a catalog keeps its types, and a value that does not fit goes to _extra', async () => {
  const organisation = createOrganisation({ objects: 300, seed: 42 });
  sandbox = await startSandbox(organisation);
  const entry = await discover();
  const { properties } = entry.schema;
  properties.num_whatsapp_messages = { type: ['string', 'null'] };
  properties.has_replied = { type: ['integer', 'null'] };

  const run = await syncHere({ config: configFor(sandbox), catalog: { streams: [entry] } });

  const schema = run.messages.find(({ type, stream }) => type === 'SCHEMA' && stream === NAME)?.schema;
  expect(schema?.properties).toMatchObject({
    num_whatsapp_messages: { type: ['string', 'null'] },
    has_replied: { type: ['integer', 'null'] },
  });
  const records = [...run.latest(NAME).values()];
  expect(records.every((record) => typeof record.num_whatsapp_messages === 'string')).toBe(true);
  expect(records.every((record) => /"has_replied":(true|false)/.test(String(record._extra)))).toBe(true);
  expect(invalidRecords(run)).toEqual([]);
});

test('no lead is lost or mixed with another while leads are created, changed and deleted between requests', async () => {
  const organisation = createOrganisation({ objects: 1500, seed: 43 });
  let turn = 0;
  sandbox = await startSandbox(organisation);
  const entry = await discover();
  const before = organisation.ids('lead');
  sandbox.options.beforeRequest = (_request, account) => {
    turn += 1;
    const ids = account.ids('lead');
    const id = ids[(turn * 7919) % ids.length] ?? '';
    if (turn % 5 === 0) account.remove('lead', id);
    else if (turn % 3 === 0) account.create('lead');
    else account.update('lead', id);
  };

  const run = await syncHere({
    config: configFor(sandbox, { page_size: 20 }),
    catalog: { streams: [entry] },
  });
  sandbox.options.beforeRequest = undefined;

  expect(run.code).toBe(0);
  const after = new Set(organisation.ids('lead'));
  const throughout = before.filter((id) => after.has(id));
  expect(throughout.length).toBeGreaterThan(20);
  expect(missingFrom(run.ids(NAME), throughout)).toEqual([]);
  // These values depend only on the lead, so they are the same whenever it is read, and different for other leads.
  for (const [id, record] of run.latest(NAME)) {
    if (!after.has(id)) continue;
    const truth = truthOf(organisation, id, entry);
    for (const column of ['last_email_subject', 'weighted_annual_won_opportunity_value', 'num_addresses'])
      expect([id, column, record[column]]).toEqual([id, column, truth[column]]);
  }
});
