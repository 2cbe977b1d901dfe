import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { literal, nameColumns, quoted } from '../../src/views/identifiers.ts';

const named = (titles: readonly string[], taken: readonly string[] = []): string[] => {
  const columns = titles.map((title, n) => ({ column: `custom_cf_${n}Ab`, title, id: `${n}AbCdEfGhIj` }));
  const names = nameColumns(columns, taken);
  return columns.map(({ column }) => names.get(column) ?? 'none');
};

describe('a custom field becomes the column', () => {
  test.each([
    ['Lead Owner', 'lead_owner'],
    ['  Größe (m²)  ', 'größe_m2'],
    ['Source "web"', 'source_web'],
    ['📅 Renewal', 'renewal'],
    ['契約日', '契約日'],
    ['3rd party', '_3rd_party'],
    ['a\u0000b\ud800c', 'a_b_c'],
  ])('%j is %s', (title, name) => {
    expect(named([title])).toEqual([name]);
  });

  test('that its id names, if its name has no letter', () => {
    expect(named(['📅', '❤️', '', '--'])).toEqual([
      'custom_cf_0Ab',
      'custom_cf_1Ab',
      'custom_cf_2Ab',
      'custom_cf_3Ab',
    ]);
  });

  test('with a part of its id, if another field or the table has its name, and so does the other field', () => {
    expect(named(['Source', 'source!', 'Status', 'Name'], ['name'])).toEqual([
      'source_0abcdefg',
      'source_1abcdefg',
      'status',
      'name_3abcdefg',
    ]);
  });

  test('with the first 63 bytes of a long name, where PostgreSQL would cut it', () => {
    const [plain = '', umlauts = ''] = named(['x'.repeat(300), 'ü'.repeat(300)]);
    const twins = named(['x'.repeat(300), 'x'.repeat(299)]);

    expect([plain.length, umlauts]).toEqual([63, 'ü'.repeat(31)]);
    expect(twins).toEqual([`${'x'.repeat(54)}_0abcdefg`, `${'x'.repeat(54)}_1abcdefg`]);
  });

  test('with a name of at most 63 bytes that no other column has, whatever people call the field', () => {
    const title = fc.oneof(
      fc.constantFrom(
        'Source',
        'source',
        'Source 0abcdefg',
        'name',
        'NAME',
        'x'.repeat(300),
        '🎉',
        'custom_cf_1ab',
      ),
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.string({ unit: 'binary', maxLength: 80 }),
    );
    fc.assert(
      fc.property(fc.array(title, { maxLength: 12 }), (titles) => {
        const names = named(titles, ['name', 'source']);

        expect(new Set([...names, 'name', 'source'].map((name) => name.toLowerCase())).size).toBe(
          names.length + 2,
        );
        for (const name of names) {
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
          expect(name).toMatch(/^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u);
        }
      }),
    );
  });
});

test('names and texts are quoted', () => {
  expect([quoted('to'), quoted('a"b'), literal("it's")]).toEqual(['"to"', '"a""b"', "'it''s'"]);
});
