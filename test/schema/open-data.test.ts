import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carefulText, isPlain } from '../../src/schema/open-data.ts';

const nested = (depth: number, inside: string): unknown =>
  JSON.parse(`${'{"a":['.repeat(depth)}${inside}${']}'.repeat(depth)}`);

describe('the text of open data', () => {
  test('is the same as that of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(carefulText(value)).toEqual({ text: JSON.stringify(value), isDeep: false });
        if (typeof value === 'object' && value !== null) expect(isPlain(value)).toBe(true);
      }),
    );
  });

  test('keeps names like those of a prototype', () => {
    const text = '{"__proto__":{"constructor":1},"toString":[],"toJSON":{"hasOwnProperty":null}}';

    expect(carefulText(JSON.parse(text)).text).toBe(text);
  });

  test.each([250, 5_000, 200_000])('is complete at a depth of %i, and the depth is reported', (depth) => {
    const value = nested(depth, '1');

    const { text, isDeep } = carefulText(value);

    expect(text).toBe(`${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`);
    expect(isDeep).toBe(true);
    expect(isPlain([value])).toBe(false);
  });

  test.each([0, 1, 50, 5_000])('has no credentials at a depth of %i', (depth) => {
    const value = nested(depth, '{"b":1,"password":"s","c":[{"access_token":{"s":1}}],"has_password":true}');

    const { text } = carefulText(value);

    expect(isPlain([value])).toBe(false);
    expect(text).toBe(`${'{"a":['.repeat(depth)}{"b":1,"c":[{}],"has_password":true}${']}'.repeat(depth)}`);
  });

  test('has only the origin of addresses that are webhooks by their name', () => {
    const value = {
      url: 'https://h.example/x',
      webhook: { url: 'h.example/s', urls: ['https://h.example/s'] },
    };

    expect(isPlain(value)).toBe(false);
    expect(JSON.parse(carefulText(value).text)).toEqual({
      url: 'https://h.example/x',
      webhook: { url: 'h.example', urls: ['https://h.example'] },
    });
  });

  test('is unchanged in fields whose names come from users', () => {
    const value = { custom: { Password: 'the word we ask for', Token: 'x' }, password: 's' };

    expect(JSON.parse(carefulText(value).text)).toEqual({ custom: value.custom });
  });
});
