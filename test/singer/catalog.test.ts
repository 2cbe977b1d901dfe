import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { describeCatalog } from '../../src/singer/catalog.ts';
import { parseCatalog } from '../../src/singer/parse-catalog.ts';
import { people, roles } from './example-streams.ts';

const metadataOf = (streams: Parameters<typeof describeCatalog>[0], name: string) => {
  const entry = parseRaw(describeCatalog(streams)).streams.find(({ stream }) => stream === name);
  return new Map(entry?.metadata.map((item) => [item.breadcrumb.join('.'), item.metadata]));
};

interface RawCatalog {
  readonly streams: readonly {
    readonly stream: string;
    readonly metadata: readonly { readonly breadcrumb: readonly string[]; readonly metadata: object }[];
  }[];
}
const parseRaw = (catalog: object): RawCatalog => JSON.parse(JSON.stringify(catalog));

test('the catalog says everything about an incremental stream in its root metadata', () => {
  expect(metadataOf([people], 'people').get('')).toEqual({
    inclusion: 'available',
    'selected-by-default': true,
    'table-key-properties': ['id'],
    'forced-replication-method': 'INCREMENTAL',
    'replication-key': 'date_updated',
    'valid-replication-keys': ['date_updated'],
    'schema-name': 'people',
  });
});

test('a stream that is read as a whole has no replication key, and a note says what it costs', () => {
  const root = metadataOf([roles], 'roles').get('');

  expect(root).toMatchObject({
    'forced-replication-method': 'FULL_TABLE',
    note: 'costs one request per role',
  });
  expect(root).not.toHaveProperty('replication-key');
});

test('every field has metadata, also nested ones, but not the fields of list items', () => {
  expect([...metadataOf([people], 'people').keys()]).toEqual([
    '',
    'properties.id',
    'properties.name',
    'properties.date_updated',
    'properties.address',
    'properties.address.properties.city',
    'properties.address.properties.street',
    'properties.phones',
    'properties.custom_cf_1',
    'properties.costly',
  ]);
});

test('keys are automatic, costly fields are not selected, and custom fields have their name', () => {
  const metadata = metadataOf([people], 'people');

  expect(metadata.get('properties.id')).toEqual({ inclusion: 'automatic' });
  expect(metadata.get('properties.date_updated')).toEqual({ inclusion: 'automatic' });
  expect(metadata.get('properties.name')).toEqual({ inclusion: 'available', 'selected-by-default': true });
  expect(metadata.get('properties.costly')).toEqual({ inclusion: 'available', 'selected-by-default': false });
  expect(metadata.get('properties.custom_cf_1')).toMatchObject({ title: 'Shoe size' });
});

test('the entry repeats what older tools read', () => {
  expect(describeCatalog([people])).toMatchObject({
    streams: [
      {
        tap_stream_id: 'people',
        stream: 'people',
        key_properties: ['id'],
        replication_key: 'date_updated',
        replication_method: 'INCREMENTAL',
        schema: people.schema,
      },
    ],
  });
});

test('a catalog of another tool is read, whatever else is in it', () => {
  const catalog = parseCatalog(
    {
      version: 1,
      streams: [
        {
          stream: 'people',
          is_view: false,
          key_properties: null,
          schema: {
            selected: 'true',
            type: 'object',
            properties: { a: { anyOf: [{}] }, b: { type: 'array', items: [{}, {}] } },
          },
          metadata: [{ breadcrumb: [], metadata: { selected: 'false', 'row-count': 3 } }],
        },
      ],
    },
    'catalog.json',
  );

  expect(catalog.streams[0]).toMatchObject({
    name: 'people',
    schema: { selected: true },
    metadata: [{ breadcrumb: [], metadata: { selected: false } }],
  });
});

test('all mistakes in a catalog are reported at once, with their places', () => {
  const wrong = {
    streams: [
      { schema: {} },
      { stream: 'a', metadata: [{ breadcrumb: 'properties', metadata: {} }] },
      { stream: 'b', selected: 'perhaps' },
    ],
  };

  expect(() => parseCatalog(wrong, 'catalog.json')).toThrow(
    new UsageError([
      'catalog.json: streams[0].tap_stream_id: is missing',
      'catalog.json: streams[1].metadata[0].breadcrumb: must be a list',
      'catalog.json: streams[2].selected: must be true or false',
    ]),
  );
});

test('a file that is not a catalog is refused', () => {
  expect(() => parseCatalog([], 'catalog.json')).toThrow('catalog.json: must be an object');
  expect(() => parseCatalog({}, 'catalog.json')).toThrow('catalog.json: streams: must be a list');
});
