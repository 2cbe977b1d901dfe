import { afterEach, describe, expect, test } from 'vitest';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { syncHere } from './run-main.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

interface Property {
  readonly type: readonly string[];
  readonly title?: string;
  readonly description?: string;
}

interface Catalog {
  readonly streams: readonly {
    readonly tap_stream_id: string;
    readonly schema: { readonly properties: Readonly<Record<string, Property>> };
    readonly metadata: readonly {
      readonly breadcrumb: readonly string[];
      readonly metadata: { readonly title?: string };
    }[];
  }[];
}

const discover = async (): Promise<Catalog> => {
  const run = await syncHere({ config: configFor(sandbox), args: ['--discover'] });
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.text);
};

const leadsOf = ({ streams }: Catalog) => {
  const leads = streams.find((stream) => stream.tap_stream_id === 'leads');
  if (!leads) throw new Error('no leads');
  return leads;
};

/** A new field of leads, with a value on the first of them. */
const addField = (organisation: Organisation, fields: object, value: unknown): string => {
  const id = organisation.create('custom_field', { description: null, choices: null, ...fields });
  organisation.update('lead', organisation.ids('lead')[0] ?? '', { [`custom.${id}`]: value });
  return `custom_${id}`;
};

describe('definitions that nobody should write', () => {
  const NAMES = [
    null,
    '',
    'Score',
    'Score',
    'x'.repeat(300),
    '🎉🎉',
    '\u0000\n"quoted\'; drop \\',
    'Lead %s :x',
  ];

  test('become columns with what there is of a name, and load', async () => {
    const organisation = createOrganisation({ objects: 100, seed: 2 });
    sandbox = await startSandbox(organisation);
    const columns = NAMES.map((name) => addField(organisation, { name, type: 'text' }, `of ${name}`));
    const catalog = await discover();

    const run = await syncHere({ config: configFor(sandbox, { validate_records: true }), catalog });

    const { schema, metadata } = leadsOf(catalog);
    const titles = columns.map((column) => schema.properties[column]?.title);
    expect(titles).toEqual([
      undefined,
      undefined,
      'Score',
      'Score',
      `${'x'.repeat(254)}…`,
      '🎉🎉',
      '"quoted\'; drop \\',
      'Lead %s :x',
    ]);
    const inMetadata = columns.map(
      (column) => metadata.find(({ breadcrumb }) => breadcrumb[1] === column)?.metadata.title,
    );
    expect(inMetadata).toEqual(titles);
    expect(run.code, run.stderr).toBe(0);
    const sent = run.messages.find(({ type, stream }) => type === 'SCHEMA' && stream === 'leads')?.schema;
    expect(sent?.properties).toMatchObject(
      Object.fromEntries(columns.map((column) => [column, schema.properties[column]])),
    );
    const lead = run.latest('leads').get(organisation.ids('lead')[0] ?? '');
    expect(columns.map((column) => lead?.[column])).toEqual(
      NAMES.map((name) => `of ${name}`.replace('\u0000', '')),
    );
  });
});

test('the custom values of contacts and opportunities inside a lead have a place, and are not among the extras', async () => {
  const organisation = createOrganisation({ objects: 600, seed: 2 });
  sandbox = await startSandbox(organisation);

  const run = await syncHere({ config: configFor(sandbox), args: ['--select', 'leads'] });

  const embedded = (row: object | undefined, list: string): Record<string, unknown>[] =>
    Reflect.get(row ?? {}, list) ?? [];
  const given = (child: Record<string, unknown>) =>
    Object.keys(child).flatMap((key) => (key.startsWith('custom.') ? [key.slice('custom.'.length)] : []));
  let values = 0;
  for (const lead of organisation.all('lead')) {
    const record = run.latest('leads').get(String(lead.id));
    for (const list of ['contacts', 'opportunities']) {
      const ids = embedded(record, list).map(({ custom_fields: fields }) =>
        (Array.isArray(fields) ? fields : []).map(({ id }) => id),
      );
      expect(ids).toEqual(embedded(lead, list).map(given));
      values += ids.flat().length;
    }
    expect(record?._extra).toBeNull();
  }
  expect(values).toBeGreaterThan(100);
});
