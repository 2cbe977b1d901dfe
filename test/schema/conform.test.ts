import { describe, expect, test } from 'vitest';
import { textWritten } from '../../src/json/lines.ts';
import type { FieldSchema, ObjectSchema } from '../../src/json/schema-types.ts';
import {
  type ConformOptions,
  compileConform,
  type Repair,
  type WireObject,
} from '../../src/schema/conform.ts';

const EXTRA: FieldSchema = { type: ['string', 'null'] };
const text: FieldSchema = { type: ['string', 'null'] };
const integer: FieldSchema = { type: ['integer', 'null'] };
const list = (items: FieldSchema): FieldSchema => ({ type: ['array', 'null'], items });
const object = (properties: Record<string, FieldSchema>): FieldSchema => ({
  type: ['object', 'null'],
  properties,
});
const schemaOf = (properties: Record<string, FieldSchema>): ObjectSchema => ({
  type: 'object',
  properties: { ...properties, _extra: EXTRA },
});

/** The text of the record that a row becomes. */
const compile = (options: ConformOptions): ((row: WireObject) => string) => {
  const conform = compileConform(options);
  return (row) => textWritten((out) => conform(row, out));
};

/** The record that a row of JSON becomes, parsed again, with `_extra` parsed too. */
const conform = (
  properties: Record<string, FieldSchema>,
  row: string,
  more: Partial<ConformOptions> = {},
): Record<string, unknown> => {
  const schema = schemaOf(properties);
  const record = JSON.parse(compile({ schema, known: schema, ...more })(JSON.parse(row)));
  if (typeof record._extra === 'string') record._extra = JSON.parse(record._extra);
  return record;
};

describe('a value becomes what its column declares', () => {
  const dateTime: FieldSchema = { type: ['string', 'null'], format: 'date-time' };
  const date: FieldSchema = { type: ['string', 'null'], format: 'date' };
  const number: FieldSchema = { type: ['number', 'null'] };
  const boolean: FieldSchema = { type: ['boolean', 'null'] };

  test.each([
    ['string', text, '"a\\"é\\n"', 'a"é\n'],
    ['string', text, '""', ''],
    ['string', text, '1.5', '1.5'],
    ['string', text, 'true', 'true'],
    ['string', text, '{"a":[1]}', '{"a":[1]}'],
    ['string', text, '["a"]', '["a"]'],
    ['date-time', dateTime, '"2026-06-01T10:00:00.012345+00:00"', '2026-06-01T10:00:00.012345Z'],
    ['date-time', dateTime, '"2026-06-01T12:00:00+02:00"', '2026-06-01T10:00:00.000000Z'],
    ['date-time', dateTime, '"2026-06-01"', '2026-06-01T00:00:00.000000Z'],
    ['date', date, '"2026-06-01"', '2026-06-01'],
    ['date', date, '"2026-06-01T00:00:00+00:00"', '2026-06-01'],
    ['integer', integer, '-7', -7],
    ['integer', integer, '"0042"', 42],
    ['integer', integer, '5.0', 5],
    ['number', number, '1.5', 1.5],
    ['number', number, '"1.15"', 1.15],
    ['number', number, '"-2e3"', -2000],
    ['boolean', boolean, 'true', true],
    ['boolean', boolean, '0', false],
    ['boolean', boolean, '1', true],
    ['boolean', boolean, '"false"', false],
    ['array', list(text), '[1,null,"a"]', ['1', null, 'a']],
    ['array', list(text), '[]', []],
    ['array of one', list(text), '"a"', ['a']],
    ['array of one', list(object({ a: text })), '{"a":"x"}', [{ a: 'x' }]],
    ['object', object({ a: text, b: integer }), '{"b":1}', { a: null, b: 1 }],
    ['object named by its id', object({ id: text, name: text }), '"user_1"', { id: 'user_1', name: null }],
  ])('%s: %j of %s', (_, field, value, expected) => {
    expect(conform({ c: field }, `{"c":${value}}`)).toEqual({ c: expected, _extra: null });
  });

  test.each(['a\u2028b', 'a\u0085b', `${'long '.repeat(50)}\u2029`])(
    'a text with a character at which some readers end a line stays one line, and the same text: %j',
    (value) => {
      const schema = schemaOf({ c: text });
      const written = compile({ schema, known: schema })({ c: value, new: value });

      expect(written).not.toMatch(/[\u0085\u2028\u2029]/);
      expect(JSON.parse(written)).toEqual({ c: value, _extra: JSON.stringify({ new: value }) });
    },
  );

  test('a date column keeps the time of day, which it cannot hold, in _extra', () => {
    expect(conform({ c: date }, '{"c":"2026-06-01T10:00:00+00:00"}')).toEqual({
      c: '2026-06-01',
      _extra: { c: '2026-06-01T10:00:00+00:00' },
    });
  });

  test.each([
    [dateTime, '"tomorrow"'],
    [dateTime, '"0000-00-00"'],
    [dateTime, '1717236000'],
    [date, '"2026-02-30"'],
    [date, '"0000-01-01"'],
    [date, '5'],
    [integer, '1.5'],
    [integer, '"12a"'],
    [integer, '1e300'],
    [integer, 'true'],
    [number, '"1,5"'],
    [number, 'false'],
    [boolean, '2'],
    [boolean, '"yes"'],
    [boolean, '[]'],
    [object({ a: text }), '"x"'],
    [object({ a: text }), '[1]'],
  ])('what %j cannot hold, such as %s, is null and kept', (field, value) => {
    expect(conform({ c: field }, `{"c":${value}}`)).toEqual({ c: null, _extra: { c: JSON.parse(value) } });
  });

  test.each([dateTime, date, integer, number, boolean, object({ a: text }), list(text)])(
    'null and "" become null for %j, and do not go to _extra',
    (field) => {
      expect(conform({ c: field }, '{"c":""}')).toEqual({ c: null, _extra: null });
      expect(conform({ c: field }, '{"c":null}')).toEqual({ c: null, _extra: null });
    },
  );
});

test('the numbers of a list are all written as fractions, since some targets cannot store a list of two types', () => {
  const schema = schemaOf({ n: list({ type: ['number', 'null'] }), i: list(integer) });
  const write = compile({ schema, known: schema });

  expect(write({ n: [1, 2.5, null, '3', -0, 1e21, 1e-7, 'x'], i: [1, 2] })).toBe(
    '{"n":[1.0,2.5,null,3.0,0.0,1e+21,1e-7,null],"i":[1,2],"_extra":"{\\"n.7\\":\\"x\\"}"}',
  );
});

describe('what no column holds', () => {
  const fields = {
    id: text,
    contacts: list(object({ name: text, emails: list(object({ email: text, n: integer })) })),
  };

  test('is kept in _extra by its path, at every depth', () => {
    const row =
      '{"new":1,"id":"a","contacts":[{"name":"x"},{"y":[2],"emails":[{"email":"e"},{"n":"?","z":{"q":3}}]},7]}';

    expect(conform(fields, row)).toEqual({
      id: 'a',
      contacts: [
        { name: 'x', emails: null },
        {
          name: null,
          emails: [
            { email: 'e', n: null },
            { email: null, n: null },
          ],
        },
        null,
      ],
      _extra: {
        'contacts.1.emails.1.n': '?',
        'contacts.1.emails.1.z': { q: 3 },
        'contacts.1.y': [2],
        'contacts.2': 7,
        new: 1,
      },
    });
  });

  test('is written in the same order, whatever the order of the row', () => {
    const schema = schemaOf({ id: text });
    const write = compile({ schema, known: schema });

    expect(write({ b: 1, id: 'x', a: 2 })).toBe(write({ a: 2, b: 1, id: 'x' }));
    expect(write({ b: 1, id: 'x', a: 2 })).toBe('{"id":"x","_extra":"{\\"a\\":2,\\"b\\":1}"}');
  });

  test('does not include unknown keys without a value', () => {
    expect(conform(fields, '{"id":"a","n":null,"e":""}')._extra).toBeNull();
  });

  test('does not include fields that are known but not selected', () => {
    const known = schemaOf({
      id: text,
      secret: text,
      contacts: list(object({ name: text, phone: integer })),
    });

    const record = conform(
      { id: text, contacts: list(object({ name: text })) },
      '{"id":"a","secret":"s","contacts":[{"name":"n","phone":"x"}]}',
      { known },
    );

    expect(record).toEqual({ id: 'a', contacts: [{ name: 'n' }], _extra: null });
  });

  test('is left out when _extra is not selected', () => {
    const schema: ObjectSchema = { type: 'object', properties: { id: text, n: integer } };

    const write = compile({ schema, known: schemaOf({ id: text, n: integer }) });

    expect(write({ new: 1, n: 'x', id: 'a' })).toBe('{"id":"a","n":null}');
  });

  test('does no harm if its name is that of a prototype or of its parts', () => {
    const row =
      '{"__proto__":{"id":"evil"},"constructor":1,"toString":"x","id":"a","c":{"__proto__":2,"hasOwnProperty":3}}';
    const schema = schemaOf({ id: text, c: object({ a: text }) });

    const record = compile({ schema, known: schema })(JSON.parse(row));

    expect(record).toBe(
      `{"id":"a","c":{"a":null},"_extra":${JSON.stringify('{"__proto__":{"id":"evil"},"c.__proto__":2,"c.hasOwnProperty":3,"constructor":1,"toString":"x"}')}}`,
    );
  });

  test('a key of the row that is called _extra is not the column _extra', () => {
    expect(conform({ id: text }, '{"id":"a","_extra":"b"}')).toEqual({ id: 'a', _extra: { _extra: 'b' } });
  });
});

describe('the text of a record', () => {
  test('has the keys of the schema in its order, for every shape of row', () => {
    const schema = schemaOf({ a: text, b: integer, c: object({ x: text, y: text }) });
    const write = compile({ schema, known: schema });

    expect(write({})).toBe('{"a":null,"b":null,"c":null,"_extra":null}');
    expect(write({ b: 1 })).toBe('{"a":null,"b":1,"c":null,"_extra":null}');
    expect(write({ c: { y: '1', x: '2' }, a: 'A' })).toBe(
      '{"a":"A","b":null,"c":{"x":"2","y":"1"},"_extra":null}',
    );
    expect(write({ a: 'B', c: {} })).toBe('{"a":"B","b":null,"c":{"x":null,"y":null},"_extra":null}');
    expect(write({ b: 2 })).toBe('{"a":null,"b":2,"c":null,"_extra":null}');
  });

  test('has _extra as its last column, wherever the schema has it', () => {
    const schema = schemaOf({ id: text });
    const longer: ObjectSchema = {
      type: 'object',
      properties: { ...schema.properties, custom_cf_1: integer },
    };
    const write = compile({
      schema: longer,
      known: longer,
      consumed: (key) => key.startsWith('custom.'),
      derive: { custom_cf_1: (row) => row['custom.cf_1'] },
    });

    expect(write({ id: 'a', 'custom.cf_1': 3 })).toBe('{"id":"a","custom_cf_1":3,"_extra":null}');
    expect(write({ id: 'a', 'custom.cf_1': 'x' })).toBe(
      '{"id":"a","custom_cf_1":null,"_extra":"{\\"custom_cf_1\\":\\"x\\"}"}',
    );
  });

  test('has computed columns, also nested ones, and not the keys that they were computed from', () => {
    const fields = { names: list(text), envelope: object({ date: text, raw: text }) };

    const record = conform(fields, '{"custom.a":1,"names":"ignored","custom.b":2,"envelope":{"date":"D"}}', {
      derive: {
        names: (row) => Object.keys(row).filter((key) => key.startsWith('custom.')),
        'envelope.raw': (envelope) => envelope.date,
      },
      consumed: (key) => key.startsWith('custom.'),
    });

    expect(record).toEqual({
      names: ['custom.a', 'custom.b'],
      envelope: { date: 'D', raw: 'D' },
      _extra: null,
    });
  });

  test('is right for more shapes of rows than are remembered', () => {
    const schema = schemaOf({ id: text });
    const write = compile({ schema, known: schema });

    for (let index = 0; index < 600; index += 1) {
      expect(write({ [`k${index}`]: 1, id: 'a' })).toBe(`{"id":"a","_extra":"{\\"k${index}\\":1}"}`);
    }
  });
});

describe('numbers that JavaScript cannot hold', () => {
  const number: FieldSchema = { type: ['number', 'null'] };
  // Parsed in the same way as the client does it.
  const row =
    '{"id":"a","t":"12345678901234567890","i":"9007199254740993","n":"12345678901234567890","m":"1e400","x":["1e400"]}';

  test('keep their digits, in text columns and in _extra', () => {
    expect(conform({ id: text, t: text, i: integer, n: number, m: number }, row)).toEqual({
      id: 'a',
      t: '12345678901234567890',
      i: null,
      n: 12345678901234567000,
      m: null,
      _extra: { i: '9007199254740993', m: '1e400', n: '12345678901234567890', x: ['1e400'] },
    });
  });
});

describe('a row that cannot be converted completely', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const fields = { id: text, a: integer, data: text, parts: list(object({ name: text })) };
  const repairsOf = (row: string, more: Partial<ConformOptions> = {}) => {
    const repairs: [unknown, Repair][] = [];
    const record = conform(fields, row, { onRepair: (of, repair) => repairs.push([of.id, repair]), ...more });
    return { record, repairs };
  };

  test('keeps a value that is nested too deep as text, and says so once', () => {
    const row = `{"id":"r","a":1,"new":${deep},"other":{"x":${deep}},"parts":[{"name":"n","y":${deep}}]}`;

    const { record, repairs } = repairsOf(row);

    expect(record).toEqual({
      id: 'r',
      a: 1,
      data: null,
      parts: [{ name: 'n' }],
      _extra: { new: deep, other: `{"x":${deep}}`, 'parts.0.y': deep },
    });
    expect(repairs).toEqual([['r', { kind: 'deep', column: null }]]);
  });

  test('keeps such a value in a text column, and when an object or a number was expected', () => {
    const { record, repairs } = repairsOf(`{"id":"r","data":${deep},"a":${deep},"parts":[${deep}]}`);

    expect(record).toEqual({
      id: 'r',
      a: null,
      data: deep,
      parts: [null],
      _extra: { a: deep, 'parts.0': deep },
    });
    expect(repairs).toEqual([['r', { kind: 'deep', column: null }]]);
  });

  test('is written when a column cannot be computed, with the values for that column in _extra', () => {
    const { record, repairs } = repairsOf(
      '{"id":"r","a":7,"data":"d","custom.x":5,"new":[1],"password":"s"}',
      {
        derive: {
          data: () => {
            throw new RangeError('Maximum call stack size exceeded');
          },
        },
        consumed: (key) => key.startsWith('custom.'),
      },
    );

    expect(record).toEqual({
      id: 'r',
      a: 7,
      data: null,
      parts: null,
      _extra: { 'custom.x': 5, data: 'd', new: [1] },
    });
    expect(repairs).toEqual([['r', { kind: 'failed', column: 'data' }]]);
  });

  test('has nothing of a failed attempt in it, even if it failed in the middle of a column', () => {
    const derive = {
      parts: () => [
        { name: 'x'.repeat(300_000), lost: 1 },
        {
          get name(): string {
            throw new Error('no name');
          },
        },
      ],
    };

    const { record, repairs } = repairsOf('{"id":"r","a":7,"parts":[{"name":"n"}]}', { derive });

    expect(record).toEqual({ id: 'r', a: 7, data: null, parts: null, _extra: { parts: [{ name: 'n' }] } });
    expect(repairs).toEqual([['r', { kind: 'failed', column: 'parts' }]]);
  });
});

describe('credentials', () => {
  test('are written in no column, not in _extra and in no JSON text', () => {
    const fields = {
      id: text,
      data: text,
      password: text,
      smtp: object({ host: text, has_password: { type: ['boolean', 'null'] } }),
    };
    const row = `{"id":"a","password":"S","access_token":"S","data":{"smtp":{"password":"S","n":1}},
      "smtp":{"host":"h","has_password":true,"password":"S"},"new":[{"deeper":{"client_secret":"S","id":1}}],
      "webhook_url":"https://h.example/S","secret_id":"b"}`;

    expect(conform(fields, row)).toEqual({
      id: 'a',
      data: '{"smtp":{"n":1}}',
      password: null,
      smtp: { host: 'h', has_password: true },
      _extra: { 'new': [{ deeper: { id: 1 } }], secret_id: 'b', webhook_url: 'https://h.example' },
    });
  });

  test('in a row about a webhook are left out of every address and of the texts of errors', () => {
    const fields = { id: text, url: text, error: text, data: text };
    const row = `{"id":"a","url":"u:S@h.example/S","error":"POST https://h.example/S?S failed","new":"https://h.example/S",
      "data":{"url":"https://h.example/S","old":["https://h.example/S"]}}`;

    expect(conform(fields, row, { originsOnly: () => true })).toEqual({
      id: 'a',
      url: 'h.example',
      error: 'POST https://h.example failed',
      data: '{"url":"https://h.example","old":["https://h.example"]}',
      _extra: { new: 'https://h.example' },
    });
  });
});
