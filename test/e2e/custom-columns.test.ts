import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { configFor } from './account.ts';
import { syncHere } from './run-main.ts';
import type { TapOptions, TapRun } from './run-tap.ts';

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

const discover = async (known: Pick<TapOptions, 'catalog' | 'state'> = {}): Promise<Catalog> => {
  const run = await syncHere({ config: configFor(sandbox), args: ['--discover'], ...known });
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.text);
};

const leadsOf = ({ streams }: Catalog) => {
  const leads = streams.find((stream) => stream.tap_stream_id === 'leads');
  if (!leads) throw new Error('no leads');
  return leads;
};

/** Adds a field to leads, with a value for the first lead. */
const addField = (organisation: Organisation, fields: object, value: unknown): string => {
  const id = organisation.create('custom_field', { description: null, choices: null, ...fields });
  organisation.update('lead', organisation.ids('lead')[0] ?? '', { [`custom.${id}`]: value });
  return `custom_${id}`;
};

describe('odd definitions of custom fields', () => {
  const NAMES = [
    null,
    '',
    'Score',
    'Score',
    'x '.repeat(150),
    '🎉🎉',
    '\u0000\n"quoted\'; drop \\',
    'Lead %s :x',
  ];

  test('become columns with valid names, which can be loaded', async () => {
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
      `${'x '.repeat(127)}…`,
      '🎉🎉',
      '"quoted\'; drop \\',
      'Lead %s :x',
    ]);
    const inMetadata = columns.map(
      (column) => metadata.find(({ breadcrumb }) => breadcrumb[1] === column)?.metadata.title,
    );
    expect(inMetadata).toEqual(titles);
    expect(run.code, run.stderr).toBe(0);
    expect(warningsOf(run)).toEqual([]);
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

test('custom values of contacts and opportunities inside a lead have their own fields, and are not in _extra', async () => {
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

/** The catalog with only leads selected, and only these columns if any are named. */
const onlyLeads = (catalog: Catalog, columns?: readonly string[]): object => {
  const leads = leadsOf(catalog);
  const metadata = leads.metadata.map(({ breadcrumb, metadata: said }) => ({
    breadcrumb,
    metadata: {
      ...said,
      ...(breadcrumb.length === 0 ? { selected: true } : {}),
      ...(breadcrumb.length === 2 && columns ? { selected: columns.includes(breadcrumb[1] ?? '') } : {}),
    },
  }));
  return { streams: [{ ...leads, metadata }] };
};

const warningsOf = ({ stderr }: TapRun): string[] =>
  stderr.split('\n').filter((line) => line.startsWith('WARNING') && !line.includes('is a key'));

describe('a change between two runs', () => {
  let organisation: Organisation;
  let column: string;
  let first: TapRun;
  const sync = async (catalog: object, state: object | undefined, config: object = {}): Promise<TapRun> => {
    const run = await syncHere({
      config: configFor(sandbox, { validate_records: true, ...config }),
      catalog,
      state,
    });
    expect(run.code, run.stderr).toBe(0);
    return run;
  };
  const fieldId = () => column.slice('custom_'.length);

  beforeEach(async () => {
    organisation = createOrganisation({ objects: 300, seed: 2 });
    sandbox = await startSandbox(organisation);
    column = addField(organisation, { name: 'Score', type: 'number' }, 7);
    first = await sync(onlyLeads(await discover()), undefined);
    expect(warningsOf(first)).toEqual([]);
  });

  test('the type of a field: the column keeps its type, and one warning says what to do', async () => {
    const lead = organisation.ids('lead')[0] ?? '';
    organisation.update('custom_field', fieldId(), { type: 'text' });
    organisation.update('lead', lead, { [`custom.${fieldId()}`]: 'a lot' });
    const catalog = await discover({ state: first.lastState });

    const second = await sync(onlyLeads(catalog), first.lastState);

    expect(leadsOf(catalog).schema.properties[column]).toMatchObject({
      type: ['number', 'null'],
      description: 'Custom field “Score”: text.',
    });
    expect(warningsOf(second)).toEqual([
      expect.stringMatching(
        /^WARNING leads: custom fields have a new type in Close: .*“Score” \(custom_cf_\w+\) from number to text/,
      ),
    ]);
    const record = second.latest('leads').get(lead);
    expect(record?.[column]).toBeNull();
    expect(record?.custom_fields).toContainEqual({ id: fieldId(), name: 'Score', value: 'a lot' });
    expect(record?._extra).toBeNull();
    const again = [
      await discover({ catalog }),
      await discover({ state: second.lastState }),
      await discover(),
    ];
    expect(again.map((found) => leadsOf(found).schema.properties[column]?.type[0])).toEqual([
      'number',
      'number',
      'string',
    ]);
  });

  test('a field is added: the run says once that older rows lack it', async () => {
    const added = addField(organisation, { name: 'Tier', type: 'text' }, 'A');
    const catalog = onlyLeads(await discover({ state: first.lastState }));

    const second = await sync(catalog, first.lastState);
    const third = await sync(catalog, second.lastState);

    expect(warningsOf(second)).toEqual([
      `WARNING leads: new since the last run: ${added} (Tier). Older rows have no values in them. To fill them, read the ` +
        'stream again: tap-closeio state reset --state FILE leads; or set backfill_new_columns',
    ]);
    expect(second.ids('leads').size).toBeLessThan(first.ids('leads').size);
    expect(warningsOf(third)).toEqual([]);
  });

  test('a column is selected: with backfill_new_columns the stream is read again, once', async () => {
    const catalog = await discover();
    const few = ['custom_fields', 'name', 'status_id'];
    const before = await sync(onlyLeads(catalog, few), undefined);
    const more = onlyLeads(catalog, [...few, column]);

    const second = await sync(more, before.lastState, { backfill_new_columns: true });
    const third = await sync(more, second.lastState, { backfill_new_columns: true });

    expect(second.stderr).toMatch(
      /^INFO leads: new since the last run: custom_cf_\w+ \(Score\)\. This run reads the stream again from start_date/m,
    );
    expect(second.ids('leads')).toEqual(new Set(organisation.ids('lead')));
    expect(third.ids('leads').size).toBeLessThan(second.ids('leads').size);
    expect(JSON.stringify(third.lastState)).not.toContain('refill');
    expect(warningsOf(third)).toEqual([]);
  });

  test('reading again is continued if it was cut off, and does not set the bookmark back meanwhile', async () => {
    const catalog = await discover();
    for (const [day, id] of organisation.ids('lead').entries()) {
      const date = new Date(organisation.clock() - (10 + day) * 86_400_000).toISOString();
      organisation.migrate('lead', id, { date_updated: date });
    }
    const before = await sync(onlyLeads(catalog, ['name']), undefined);
    const config = { backfill_new_columns: true, page_size: 5, max_concurrency: 1, max_retry_seconds: 0 };
    let searches = 0;
    sandbox.options.faults = ({ path }) => {
      if (path === '/data/search/') searches += 1;
      return searches > 5 ? { kind: 'status', status: 500 } : undefined;
    };
    const cut = await syncHere({
      config: configFor(sandbox, { ...config, max_retries: 0 }),
      catalog: onlyLeads(catalog, ['name', column]),
      state: before.lastState,
    });
    sandbox.options.faults = undefined;

    const rest = await sync(onlyLeads(catalog, ['name', column]), cut.lastState, config);

    const { date_updated: date, refill } = cut.lastState?.bookmarks.leads ?? {};
    expect([cut.code, date]).toEqual([1, before.lastState?.bookmarks.leads?.date_updated]);
    expect(refill).toMatchObject({ date_updated: expect.any(String) });
    expect(new Set([...cut.ids('leads'), ...rest.ids('leads')])).toEqual(new Set(organisation.ids('lead')));
    expect(rest.ids('leads').size).toBeLessThan(organisation.ids('lead').length);
    expect(rest.lastState?.bookmarks.leads).not.toHaveProperty('refill');
  });

  test('a field is removed: there is one warning, whether or not the catalog still has it', async () => {
    const old = onlyLeads(await discover());
    organisation.remove('custom_field', fieldId());
    const fresh = onlyLeads(await discover({ state: first.lastState }));

    for (const [catalog, name] of [
      [old, `“Score” \\(${column}\\)`],
      [fresh, `${column.slice(0, 'custom_cf_'.length + 9)}…`],
    ] as const) {
      const second = await sync(catalog, first.lastState);
      const third = await sync(catalog, second.lastState);

      expect(warningsOf(second).filter((line) => !line.includes('has no definition'))).toEqual([
        expect.stringMatching(
          new RegExp(`^WARNING leads: Close no longer has these custom fields: ${name}\\. Their`),
        ),
      ]);
      expect(warningsOf(third).filter((line) => !line.includes('has no definition'))).toEqual([]);
    }
  });

  test('there is no warning if the state has no columns, such as that of another tap', async () => {
    const { date_updated: date } = first.lastState?.bookmarks.leads ?? {};
    addField(organisation, { name: 'Tier', type: 'text' }, 'A');
    const state = { bookmarks: { leads: { date_updated: date } } };

    const second = await sync(onlyLeads(await discover({ state })), state, { backfill_new_columns: true });

    expect(second.stderr).not.toContain('new since');
    expect(warningsOf(second)).toEqual([]);
    expect(second.lastState?.bookmarks.leads?.columns).toEqual(expect.any(Object));
  });
});
