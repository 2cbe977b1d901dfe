import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrganisation, type Organisation } from '../sandbox/organisation.ts';
import { mustRun } from '../setup/run.ts';
import { TAP } from './pipeline.ts';

/** Names of custom fields, each with the name of the column in a view. */
export const FIELD_NAMES = [
  ['Region', /^region$/],
  ['Source', /^source_[a-z0-9]{8}$/],
  ['Source', /^source_[a-z0-9]{8}$/],
  ['A long question '.repeat(20), /^(a_long_question_){3}a_long_question$/],
  ['ü"; drop table leads; --', /^ü_drop_table_leads$/],
  ['🎉', /^custom_cf_\w+$/],
  ['Name', /^name_[a-z0-9]{8}$/],
  [null, /^custom_cf_\w+$/],
] as const;

/** A realistic account: odd names of custom fields, several currencies, and values everywhere. */
export const createAccount = (): { organisation: Organisation; fields: readonly string[] } => {
  const organisation = createOrganisation({ objects: 900, seed: 21 });
  const fields = FIELD_NAMES.map(([name]) =>
    organisation.create('custom_field', { name, type: 'text', choices: null }),
  );
  for (const [n, lead] of organisation.ids('lead').entries()) {
    if (n % 2 === 0) continue;
    const values = fields.map((field, m) => [`custom.${field}`, `value ${m} of ${n}`]);
    organisation.update('lead', lead, Object.fromEntries(values));
  }
  const [yen = '', dinar = ''] = organisation.ids('opportunity');
  const won = { status_type: 'won', date_won: '2026-05-31', value_period: 'one_time' };
  organisation.update('opportunity', yen, { ...won, value: 5000, value_currency: 'JPY' });
  organisation.update('opportunity', dinar, { ...won, value: 1234, value_currency: 'KWD' });
  return { organisation, fields };
};

/** The parts of a catalog that these suites use. */
export interface Catalog {
  readonly streams: readonly {
    readonly stream: string;
    readonly schema: { readonly properties: Readonly<Record<string, unknown>> };
  }[];
}

/** A catalog with the additional columns of another one. Columns that both have stay as they are. */
export const addNewColumns = ({ streams }: Catalog, today: Catalog): Catalog => ({
  streams: today.streams.map((entry) => {
    const old = streams.find(({ stream }) => stream === entry.stream)?.schema.properties;
    return { ...entry, schema: { ...entry.schema, properties: { ...entry.schema.properties, ...old } } };
  }),
});

/** The catalog of all streams and fields that discovery offers, all of them selected. */
export const discoverAll = async (config: object): Promise<Catalog> => {
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-discover-'));
  try {
    const path = join(dir, 'config.json');
    await writeFile(path, JSON.stringify(config));
    return JSON.parse(
      await mustRun(process.execPath, [TAP, '--config', path, '--discover', '--select', '*']),
    ) as Catalog;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
