import { expect, test } from 'vitest';
import { jsonText } from '../../src/json/text.ts';

test('a text becomes one line for every reader, and stays the same text', () => {
  const value = { next: 'a\u0085b', line: 'a\u2028b', paragraph: 'a\u2029b\u2029', '\u2028': 'line\nfeed' };

  const text = jsonText(value);

  expect(text).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});

test('a text without such characters is as JSON.stringify writes it', () => {
  const value = { name: 'Größe 🎉 合同', half: '\ud83d', list: [1, null, true] };

  expect(jsonText(value)).toBe(JSON.stringify(value));
});
