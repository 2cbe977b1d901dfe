import { expect, test } from 'vitest';
import { parseCatalog } from '../../src/singer/parse-catalog.ts';
import { leads } from '../../src/streams/leads.ts';
import { columnOf, columnsInCatalog } from '../../src/tap/custom-columns.ts';

const catalogOf = (properties: object, metadata: readonly object[] = []) =>
  parseCatalog({ streams: [{ tap_stream_id: 'leads', schema: { properties }, metadata }] }, 'catalog.json');

test('a custom field becomes a column named by its id, with its own name in title and description', () => {
  expect(columnOf({ id: 'cf_1', name: 'Score', type: 'number' })).toEqual({
    name: 'custom_cf_1',
    schema: { type: ['number', 'null'], title: 'Score', description: 'Custom field “Score”: a number.' },
  });
  expect(columnOf({ id: 'cf-1', name: 'Score', type: 'number' })).toBeNull();
  // With its prefix, this is the longest name that PostgreSQL allows.
  expect(columnOf({ id: `cf_${'x'.repeat(53)}`, type: 'text' })?.name).toHaveLength(63);
  expect(columnOf({ id: `cf_${'x'.repeat(54)}`, type: 'text' })).toBeNull();
});

test('a catalog keeps the type, title and description of a column', () => {
  const column = columnOf({ id: 'cf_1', name: 'Days', type: 'date', accepts_multiple_values: true });
  if (!column) throw new Error('no column');

  expect(
    columnsInCatalog(catalogOf({ id: { type: 'string' }, [column.name]: column.schema }), leads),
  ).toEqual([column]);
});

test('an older catalog has the titles of columns in its metadata, or has none', () => {
  const properties = { custom_cf_1: { type: ['number', 'null'] }, custom_cf_2: { type: 'string', title: 7 } };
  const metadata = [{ breadcrumb: ['properties', 'custom_cf_1'], metadata: { title: 'Score' } }];

  expect(columnsInCatalog(catalogOf(properties, metadata), leads)).toEqual([
    { name: 'custom_cf_1', schema: { type: ['number', 'null'], title: 'Score' } },
    { name: 'custom_cf_2', schema: { type: ['string', 'null'] } },
  ]);
});
