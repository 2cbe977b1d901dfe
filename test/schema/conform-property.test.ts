import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWritten } from '../../src/json-lines.ts';
import type { FieldSchema } from '../../src/json-schema.ts';
import { compileConform, type Row } from '../../src/schema/conform.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { compileValidate } from '../../src/schema/validate.ts';

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
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
  ),
);

/** What the field may come as: mostly as declared, sometimes anything. */
const valueFor = (field: FieldSchema): fc.Arbitrary<unknown> => {
  if (field.items)
    return fc.oneof({ weight: 3, arbitrary: fc.array(valueFor(field.items), { maxLength: 3 }) }, odd);
  if (!field.properties) return odd;
  return fc.oneof({ weight: 3, arbitrary: rowOf(field.properties) }, odd);
};

const rowOf = (properties: Readonly<Record<string, FieldSchema>>): fc.Arbitrary<Row> =>
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

/** Exactly the schema's keys, in its order, at every level. */
const expectKeys = (value: unknown, properties: Readonly<Record<string, FieldSchema>>): void => {
  if (typeof value !== 'object' || value === null) return;
  expect(Object.keys(value)).toEqual(Object.keys(properties));
  for (const [name, child] of Object.entries(value)) {
    const field = properties[name];
    const inner = field?.items?.properties ?? field?.properties;
    if (inner) for (const item of Array.isArray(child) ? child : [child]) expectKeys(item, inner);
  }
};

test.each(['activities', 'leads', 'event_log'])('every row becomes a valid record of %s', (stream) => {
  const schema = loadSchema(stream);
  const conform = compileConform({ schema, known: schema, derive: { id: () => 'id' } });
  const validate = compileValidate(schema);

  fc.assert(
    fc.property(rowOf(schema.properties), (row) => {
      const text = textWritten((out) => conform(row, out));

      expect(validate(text)).toBeNull();
      expectKeys(JSON.parse(text), schema.properties);
    }),
    { numRuns: 300 },
  );
});
