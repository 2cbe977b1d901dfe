import { expect, test } from 'vitest';
import type { ObjectSchema } from '../../src/json/schema-types.ts';
import { compileValidate } from '../../src/schema/validate.ts';

const schema: ObjectSchema = {
  type: 'object',
  properties: {
    id: { type: ['string'] },
    at: { type: ['string', 'null'], format: 'date-time' },
    day: { type: ['string', 'null'], format: 'date' },
    parts: {
      type: ['array', 'null'],
      items: { type: ['object', 'null'], properties: { size: { type: ['integer', 'null'] } } },
    },
  },
};

test('a valid record has no problem', () => {
  const validate = compileValidate(schema);

  const record = { id: 'a', at: '2026-02-28T23:59:59.5Z', day: '2024-02-29', parts: [{ size: 1 }, null] };

  expect(validate(JSON.stringify(record))).toBeNull();
});

test.each([
  [{ id: null }, 'id must be string'],
  [{ id: 'a', at: '2026-01-01 00:00:00Z' }, 'at must match format "date-time"'],
  [{ id: 'a', at: '2026-01-01T00:00:00' }, 'at must match format "date-time"'],
  [{ id: 'a', at: '2026-02-30T00:00:00Z' }, 'at must match format "date-time"'],
  [{ id: 'a', day: '2026-02-30' }, 'day must match format "date"'],
  [{ id: 'a', day: '2026-02-03T00:00:00Z' }, 'day must match format "date"'],
  [{ id: 'a', parts: [{ size: 1.5 }] }, 'parts.0.size must be integer,null'],
  [[], 'record must be object'],
])('of %j it says what is wrong and where', (record, problem) => {
  expect(compileValidate(schema)(JSON.stringify(record))).toBe(problem);
});
