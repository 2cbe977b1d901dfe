import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonMistakeIn } from '../../src/json/mistake-kind.ts';

test.each([
  ['{"a": 1,\n}', 7, /a comma before a closing bracket; remove the comma/],
  ['[1, 2, ]', 5, /a comma before a closing bracket/],
  ['{\n  // the key\n  "a": 1}', 4, /JSON has no comments/],
  ['{"a": 1 /* one */}', 8, /JSON has no comments/],
  ['{"a": 1} # one', 9, /JSON has no comments/],
  ["{'a': 1}", 1, /single quotes; write double quotes/],
  ['{"a": \'b\'}', 6, /single quotes/],
  ['{“a”: 1}', 1, /curly quotes; write straight double quotes/],
  ['{"a": ‘b’}', 6, /curly quotes/],
  ['{"a": “b”}', 6, /curly quotes/],
  ['api_key: api_secret\nstart_date: 2026-01-01\n', 0, /looks like YAML; write it as JSON/],
  ['# mine\n---\napi_key: x\n', 0, /looks like YAML/],
  ['{"a": True}', 6, /this is Python; JSON has true, false and null/],
  ['{"a": api_secret}', 6, /names and strings need double quotes/],
  ['{a: 1}', 1, /names and strings need double quotes/],
  ['{"a": "b', 8, /ends too early/],
  ['{"a": 1\n', 8, /ends too early/],
  ['{"a": "b\n}', 8, /a quote is not closed/],
  ['{"a": "C:\\new\\data"}', 13, /write a backslash in a string twice/],
  ['{"a": 1 "b": 2}', 8, /a comma or a colon is missing before this/],
  ['{"a": 1]', 7, /a closing bracket that does not match/],
  ['hello', 0, /does not begin with \{/],
  ['{"a": 1 b}', 8, /a comma, a quote or a bracket is missing here/],
])('%j has its mistake at %i: %s', (text, at, what) => {
  expect(jsonMistakeIn(text)).toEqual({ at, what: expect.stringMatching(what) });
});

test('nothing of the text is shown', () => {
  fc.assert(
    fc.property(fc.constantFrom('{"a": ', "{'", '', '[“', '# ', '- '), fc.nat(), (before, number) => {
      const secret = `api_secret${number}`;

      expect(jsonMistakeIn(before + secret).what).not.toContain(secret);
    }),
  );
});

test('a large text is read only once', () => {
  expect(jsonMistakeIn('\n'.repeat(5_000_000)).what).toMatch(/ends too early/);
  expect(jsonMistakeIn(`${'# \n'.repeat(1_000_000)}x`).what).toMatch(/no comments/);
});
