import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWritten } from '../../src/json/lines.ts';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { compileConform, type WireObject } from '../../src/schema/conform.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { compileValidate } from '../../src/schema/validate.ts';
import type { Columns } from '../../src/streams/define-stream.ts';
import { streams } from '../../src/streams/index.ts';

const nested = (depth: number): unknown => JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);
/** Made once, since it is large and a test uses many rows. */
const DEEP = nested(4_000);

const odd = fc.oneof(
  { weight: 20, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constant(DEEP) },
  {
    weight: 20,
    arbitrary: fc.constantFrom(
      null,
      '',
      0,
      1,
      '1',
      '1.5',
      'true',
      '2026-06-01',
      '2026-06-01T10:00:00+00:00',
      '2026-02-30',
      '1e400',
      '9007199254740993',
      '('.repeat(9_000),
    ),
  },
);

/** Values for a field: mostly of the declared type, sometimes anything. */
const valueFor = (field: FieldSchema): fc.Arbitrary<unknown> => {
  if (field.items)
    return fc.oneof({ weight: 3, arbitrary: fc.array(valueFor(field.items), { maxLength: 3 }) }, odd);
  if (!field.properties) return odd;
  return fc.oneof({ weight: 3, arbitrary: rowOf(field.properties) }, odd);
};

const rowOf = (properties: Readonly<Record<string, FieldSchema>>): fc.Arbitrary<WireObject> =>
  fc
    .tuple(
      fc.array(
        fc
          .constantFrom(...Object.keys(properties))
          .chain((name) => fc.tuple(fc.constant(name), valueFor(properties[name] ?? { type: ['string'] }))),
        { maxLength: 8 },
      ),
      fc.dictionary(fc.string(), odd, { maxKeys: 2 }),
    )
    .map(([known, unknown]) => ({ ...Object.fromEntries(known), ...unknown }));

/** Whether a record has exactly the keys of the schema, in its order, at every level. */
const expectKeys = (value: unknown, properties: Readonly<Record<string, FieldSchema>>): void => {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.keys(value)).toEqual(Object.keys(properties));
  for (const [name, child] of Object.entries(value)) {
    const field = properties[name];
    const inner = field?.items?.properties ?? field?.properties;
    if (inner) for (const item of Array.isArray(child) ? child : [child]) expectKeys(item, inner);
  }
};

const columnsOf = (name: string): Columns =>
  streams
    .find((stream) => stream.name === name)
    ?.columns?.({ byId: new Map([['cf_1', 'Score']]), onUnknown: () => {} }) ?? {};

test.each(streams.map(({ name }) => name))('every row becomes a valid record of %s', (stream) => {
  const schema = loadSchema(stream);
  const conform = compileConform({ schema, known: schema, ...columnsOf(stream) });
  const validate = compileValidate(schema);
  const custom = fc.dictionary(fc.constantFrom('custom.cf_1', 'custom.cf_2', 'custom', 'date', 'url'), odd);

  fc.assert(
    fc.property(rowOf(schema.properties), custom, (row, more) => {
      const text = textWritten((out) => conform({ ...row, ...more, id: 'id' }, out));

      expect(validate(text)).toBeNull();
      expectKeys(JSON.parse(text), schema.properties);
    }),
    { numRuns: 40 },
  );
});
