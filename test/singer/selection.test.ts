import { expect, test } from 'vitest';
import { describeCatalog } from '../../src/singer/catalog.ts';
import { parseCatalog } from '../../src/singer/parse-catalog.ts';
import { type Selection, selectStreams } from '../../src/singer/selection.ts';
import { people, roles } from './example-streams.ts';

const ALL = ['id', 'name', 'date_updated', 'address', 'phones', 'custom_cf_1'];

const select = (...streams: readonly object[]): Selection =>
  selectStreams([people, roles], parseCatalog({ streams }, 'catalog.json'));

const at = (breadcrumb: readonly string[], metadata: object) => ({ breadcrumb, metadata });
const property = (name: string, metadata: object) => at(['properties', name], metadata);
const chosen = at([], { selected: true });

const fields = ({ streams }: Selection): string[] => Object.keys(streams[0]?.schema.properties ?? {});
const names = ({ streams }: Selection): string[] => streams.map(({ name }) => name);

test('without a catalog, what is selected by default is read', () => {
  const selection = selectStreams([people, roles], null);

  expect(names(selection)).toEqual(['people']);
  expect(fields(selection)).toEqual(ALL);
  expect(selection.warnings).toEqual([]);
});

test('the catalog that discovery prints selects the same as no catalog', () => {
  const catalog = parseCatalog(JSON.parse(JSON.stringify(describeCatalog([people, roles]))), 'catalog.json');

  expect(selectStreams([people, roles], catalog)).toEqual(selectStreams([people, roles], null));
});

test.each<[string, object, boolean]>([
  ['root metadata', { metadata: [chosen] }, true],
  ['a text in root metadata', { metadata: [at([], { selected: 'true' })] }, true],
  ['the text "false"', { metadata: [at([], { selected: 'false' })] }, false],
  ['the entry', { selected: true }, true],
  ['the schema, as taps of old did', { schema: { selected: true }, metadata: [] }, true],
  ['metadata against the entry', { selected: true, metadata: [at([], { selected: false })] }, false],
  ['the entry against the schema', { selected: false, schema: { selected: true } }, false],
  ['an automatic root', { metadata: [at([], { inclusion: 'automatic' })] }, true],
  ['a deselected automatic root', { metadata: [at([], { inclusion: 'automatic', selected: false })] }, false],
  ['an unsupported root', { metadata: [at([], { inclusion: 'unsupported', selected: true })] }, false],
  ['the default', { metadata: [at([], { 'selected-by-default': true })] }, true],
  ['no root metadata at all', { metadata: [property('name', { selected: true })] }, false],
])('a stream is chosen by %s', (_by, entry, read) => {
  expect(names(select({ stream: 'people', ...entry }))).toEqual(read ? ['people'] : []);
});

test('a stream that a catalog leaves out is not read', () => {
  expect(names(select({ stream: 'roles', selected: true }))).toEqual(['roles']);
});

test('a catalog of the Python tap, without metadata, means all fields', () => {
  const entry = {
    stream: 'people',
    tap_stream_id: 'people',
    key_properties: ['id'],
    schema: { type: 'object', selected: true, inclusion: 'automatic', properties: { id: {}, name: {} } },
    metadata: [],
  };

  const selection = select(entry);

  expect(fields(selection)).toEqual(ALL);
  expect(selection.warnings).toEqual([]);
});

test('a deselected field is not in the schema', () => {
  const selection = select({ stream: 'people', metadata: [chosen, property('name', { selected: 'false' })] });

  expect(fields(selection)).not.toContain('name');
});

test('a field can be deselected in the schema, as in old taps', () => {
  const schema = { selected: true, properties: { name: { selected: false } } };

  expect(fields(select({ stream: 'people', schema }))).not.toContain('name');
});

test('a field that is not selected by default can be selected', () => {
  const selection = select({ stream: 'people', metadata: [chosen, property('costly', { selected: true })] });

  expect(fields(selection)).toContain('costly');
});

test('an automatic field is read even if it is deselected, an unsupported one is not', () => {
  const metadata = [
    chosen,
    property('name', { inclusion: 'automatic', selected: false }),
    property('phones', { inclusion: 'unsupported', selected: true }),
  ];

  const selection = select({ stream: 'people', metadata });

  expect(fields(selection)).toContain('name');
  expect(fields(selection)).not.toContain('phones');
});

test('a deselected object deselects its fields, even selected ones, as Meltano writes it', () => {
  const metadata = [
    chosen,
    property('address', { selected: false }),
    at(['properties', 'address', 'properties', 'city'], { selected: true }),
  ];

  expect(fields(select({ stream: 'people', metadata }))).not.toContain('address');
});

test('a field inside an object or a list can be deselected', () => {
  const metadata = [
    chosen,
    at(['properties', 'address', 'properties', 'street'], { selected: false }),
    at(['properties', 'phones', 'items', 'properties', 'kind'], { selected: false }),
  ];

  const properties = select({ stream: 'people', metadata }).streams[0]?.schema.properties;

  expect(Object.keys(properties?.address?.properties ?? {})).toEqual(['city']);
  expect(Object.keys(properties?.phones?.items?.properties ?? {})).toEqual(['number']);
});

test('an object without any selected field is left out', () => {
  const metadata = [
    chosen,
    ...['city', 'street'].map((name) =>
      at(['properties', 'address', 'properties', name], { selected: false }),
    ),
    ...['number', 'kind'].map((name) =>
      at(['properties', 'phones', 'items', 'properties', name], { selected: false }),
    ),
  ];

  expect(fields(select({ stream: 'people', metadata }))).toEqual([
    'id',
    'name',
    'date_updated',
    'custom_cf_1',
  ]);
});

test('a deselected key is read anyway, with a warning', () => {
  const selection = select({ stream: 'people', metadata: [chosen, property('id', { selected: false })] });

  expect(fields(selection)).toContain('id');
  expect(selection.warnings).toEqual([expect.stringContaining('id is a key and is read although')]);
});

test('the same holds if a person deselected it in a discovered catalog', () => {
  const deselected = property('id', { inclusion: 'automatic', selected: false });
  const metadata = [chosen, deselected, property('name', { inclusion: 'available' })];

  expect(select({ stream: 'people', metadata }).warnings).toHaveLength(1);
});

test('there is no warning if Meltano deselects an automatic key', () => {
  const metadata = [chosen, property('id', { inclusion: 'automatic', selected: false })];

  expect(select({ stream: 'people', metadata }).warnings).toEqual([]);
});

test('unknown fields, entries without a choice and repeated entries give warnings that say what to do', () => {
  const { warnings, problems } = select(
    { stream: 'people', metadata: [chosen, property('nmae', { selected: true })] },
    { stream: 'people', selected: false },
    { stream: 'roles' },
  );

  expect(warnings).toEqual([
    expect.stringMatching(/people is listed twice.*remove one/),
    expect.stringMatching(/roles does not say whether it is selected.*"selected": true/),
    expect.stringMatching(/people: no such field: nmae; .*--discover/),
  ]);
  expect(problems).toEqual([]);
});

test.each([
  ['poeple', 'stream poeple: this tap has no such stream; did you mean people?'],
  ['zzz', 'stream zzz: this tap has no such stream; tap-closeio streams lists all streams'],
])('a stream %s that does not exist is a mistake, selected or not', (name, problem) => {
  const word = { stream: name, selected: false };

  expect(select({ stream: 'people', selected: true }, word).problems).toEqual([problem]);
  expect(select(word).problems).toEqual([problem]);
});

test.each<[string, readonly object[]]>([
  ['is empty', []],
  ['says nothing', [{ stream: 'people' }]],
  [
    'deselects one and says of another that it is off by default',
    [
      { stream: 'people', selected: false },
      { stream: 'roles', metadata: [at([], { 'selected-by-default': false })] },
    ],
  ],
])('a catalog that %s selects nothing, which is a mistake', (_what, streams) => {
  expect(select(...streams).problems).toEqual([
    expect.stringMatching(/^selects no stream: set "selected": true/),
  ]);
});

test.each<[string, readonly object[], readonly string[]]>([
  ['by its entry', [{ stream: 'people', selected: false }], ['users']],
  [
    'by metadata, as Meltano does',
    [{ stream: 'people', metadata: [at([], { selected: false })] }],
    ['users'],
  ],
  ['and says nothing of another', [{ stream: 'people', selected: false }, { stream: 'users' }], ['users']],
  ['that is off by default', [{ stream: 'roles', selected: false }], ['people', 'users']],
  [
    'and selects another',
    [
      { stream: 'people', selected: false },
      { stream: 'roles', selected: true },
    ],
    ['roles'],
  ],
  [
    'and has another as discovered',
    [
      { stream: 'people', selected: false },
      { stream: 'users', metadata: [at([], { 'selected-by-default': true })] },
    ],
    ['users'],
  ],
])('a catalog that deselects a stream %s', (_how, streams, read) => {
  const available = [people, roles, { ...people, name: 'users' }];

  const selection = selectStreams(available, parseCatalog({ streams }, 'catalog.json'));

  expect(names(selection)).toEqual(read);
  expect([...selection.problems, ...selection.warnings]).toEqual([]);
});

test('a catalog that deselects all streams reads nothing, and says so', () => {
  const { streams, warnings, problems } = select(
    { stream: 'people', selected: false },
    { stream: 'roles', metadata: [at([], { selected: false })] },
  );

  expect([streams, problems]).toEqual([[], []]);
  expect(warnings).toEqual(['the catalog deselects every stream, so nothing is read']);
});

test.each<[string, object | null, true | undefined]>([
  ['without a catalog', null, true],
  ['as discovered', { stream: 'people', metadata: [at([], { 'selected-by-default': true })] }, true],
  ['where another one is deselected', { stream: 'roles', selected: false }, true],
  ['where it is selected', { stream: 'people', selected: true }, undefined],
  ['as Meltano selects it', { stream: 'people', metadata: [chosen] }, undefined],
])('a stream is read by default %s: %j %j', (_how, entry, byDefault) => {
  const catalog = entry && parseCatalog({ streams: [entry] }, 'catalog.json');

  expect(selectStreams([people, roles], catalog).streams.map((stream) => stream.byDefault)).toEqual([
    byDefault,
  ]);
});

test('with only-listed-fields, only the fields in its schema or metadata are read', () => {
  const root = at([], { selected: true, 'only-listed-fields': true });
  const inSchema = { stream: 'people', schema: { properties: { name: {} } }, metadata: [root] };
  const inMetadata = { stream: 'people', metadata: [root, property('name', { selected: true })] };

  expect(fields(select(inSchema))).toEqual(['id', 'name', 'date_updated']);
  expect(fields(select(inMetadata))).toEqual(['id', 'name', 'date_updated']);
});

test('an incremental stream may be read as a whole, if either place says so', () => {
  const discovered = { replication_method: 'INCREMENTAL' };
  const byEntry = select({ stream: 'people', selected: true, replication_method: 'FULL_TABLE' });
  const byMetadata = select({
    stream: 'people',
    ...discovered,
    metadata: [at([], { selected: true, 'replication-method': 'full_table' })],
  });

  for (const { streams, warnings } of [byEntry, byMetadata]) {
    expect(streams[0]?.replication).toEqual({ method: 'FULL_TABLE' });
    expect(warnings).toEqual([]);
  }
});

test('a replication that the stream cannot do is refused with a warning', () => {
  const key = select({ stream: 'people', selected: true, replication_key: 'name' });
  const method = select({ stream: 'roles', selected: true, replication_method: 'INCREMENTAL' });

  expect(key.streams[0]?.replication).toEqual({ method: 'INCREMENTAL', key: 'date_updated' });
  expect(key.warnings).toEqual([
    expect.stringContaining('replication key name is not possible; it is ignored, the key is date_updated'),
  ]);
  expect(method.streams[0]?.replication).toEqual({ method: 'FULL_TABLE' });
  expect(method.warnings).toEqual([expect.stringContaining('replication method INCREMENTAL')]);
});

test('other key properties are used if they are fields, and stay selected', () => {
  const metadata = [chosen, property('name', { selected: false })];
  const good = select({ stream: 'people', key_properties: ['id', 'name'], metadata });
  const bad = select({ stream: 'people', selected: true, key_properties: ['uuid'] });

  expect(good.streams[0]?.keyProperties).toEqual(['id', 'name']);
  expect(fields(good)).toContain('name');
  expect(bad.streams[0]?.keyProperties).toEqual(['id']);
  expect(bad.warnings).toEqual([expect.stringContaining('key property uuid is not a field')]);
});
