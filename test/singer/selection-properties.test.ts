import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldSchema } from '../../src/json/schema-types.ts';
import { parseCatalog } from '../../src/singer/parse-catalog.ts';
import { selectStreams } from '../../src/singer/selection.ts';
import { people } from './example-streams.ts';

type Properties = Readonly<Record<string, FieldSchema>>;

/** Every breadcrumb of a schema, including the items of lists. */
const breadcrumbs = (properties: Properties, above: readonly string[] = []): string[][] =>
  Object.entries(properties).flatMap(([name, field]) => {
    const here = [...above, 'properties', name];
    return [
      here,
      ...breadcrumbs(field.properties ?? {}, here),
      ...breadcrumbs(field.items?.properties ?? {}, [...here, 'items']),
    ];
  });

const metadata = fc.record(
  {
    selected: fc.constantFrom(true, false, 'true', 'false', null),
    inclusion: fc.constantFrom('available', 'automatic', 'unsupported'),
    'selected-by-default': fc.boolean(),
  },
  { requiredKeys: [] },
);

const entries = fc
  .subarray(breadcrumbs(people.schema.properties))
  .chain((paths) =>
    fc.tuple(...paths.map((breadcrumb) => metadata.map((value) => ({ breadcrumb, metadata: value })))),
  );

test('whatever the catalog says, keys stay and no deselected field is in the SCHEMA message', () => {
  fc.assert(
    fc.property(entries, (given) => {
      const catalog = parseCatalog(
        { streams: [{ stream: 'people', selected: true, metadata: given }] },
        'catalog.json',
      );

      const schema = selectStreams([people], catalog).streams[0]?.schema.properties ?? {};

      const kept = breadcrumbs(schema).map((path) => path.join('.'));
      expect(kept).toEqual(expect.arrayContaining(['properties.id', 'properties.date_updated']));
      for (const { breadcrumb, metadata: said } of given) {
        const path = breadcrumb.join('.');
        if (path === 'properties.id' || path === 'properties.date_updated') continue;
        const off = said.selected === false || said.selected === 'false';
        if (said.inclusion === 'unsupported') expect(kept).not.toContain(path);
        // A deselected object may stay only if an automatic field is inside it.
        const shell = given.some(
          (other) =>
            other.metadata.inclusion === 'automatic' && other.breadcrumb.join('.').startsWith(`${path}.`),
        );
        if (off && said.inclusion !== 'automatic' && !shell) expect(kept).not.toContain(path);
      }
    }),
  );
});

test('a pruned schema is the stream’s schema with fields left out, in order, and no object is empty', () => {
  fc.assert(
    fc.property(entries, (given) => {
      const catalog = parseCatalog(
        { streams: [{ stream: 'people', selected: true, metadata: given }] },
        'catalog.json',
      );

      const schema = selectStreams([people], catalog).streams[0]?.schema.properties ?? {};

      const kept = new Set(breadcrumbs(schema).map((path) => path.join('.')));
      const order = breadcrumbs(people.schema.properties).map((path) => path.join('.'));
      expect([...kept]).toEqual(order.filter((path) => kept.has(path)));
      for (const field of Object.values(schema)) {
        const inside = field.properties ?? field.items?.properties;
        if (inside) expect(Object.keys(inside)).not.toEqual([]);
      }
    }),
  );
});
