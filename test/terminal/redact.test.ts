import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedaction, looksLikeKey, secretsIn } from '../../src/terminal/redact.ts';

const KEY = 'api_5gtFTBJ7TXNGTy2cXqhMpH.3qDzfSTzqYz9';
const redact = createRedaction([KEY]);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const inEach = (write: (code: number) => string): string =>
  [...KEY].map((character) => write(character.charCodeAt(0))).join('');
const hex = (code: number): string => code.toString(16);

describe('a key is taken out', () => {
  test.each([
    ['as it is', KEY],
    ['in capitals', KEY.toUpperCase()],
    ['as the user of Basic authentication', base64(`${KEY}:`)],
    ['in hexadecimal', Buffer.from(KEY).toString('hex')],
    ['as a dump of bytes', inEach(hex).replace(/../g, '$& ').trim()],
    ['with each character escaped for a URL', inEach((code) => `%${hex(code)}`)],
    ['escaped for a URL inside a URL', inEach((code) => `%25${hex(code)}`)],
    ['with each character escaped for JSON', inEach((code) => `\\u00${hex(code)}`)],
    ['with each character escaped for HTML', inEach((code) => `&#x${hex(code)};`)],
    ['escaped for HTML inside a URL', encodeURIComponent(inEach((code) => `&#${code};`))],
    ['as Python writes bytes', inEach((code) => `\\x${hex(code)}`)],
  ])('%s', (_, form) => {
    expect(redact(`before <${form}> after`)).toBe('before <[redacted]> after');
  });

  test('in base64, anywhere in the encoded text, and encoded up to three times', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 3 }), (before, after, times) => {
        let text = `${before}${KEY}${after}`;
        for (let time = 0; time < times; time += 1) text = base64(text);

        expect(redact(`"${text.replace(/=+$/, '')}"`)).toBe('"[redacted]"');
      }),
    );
  });

  test.each(['', 'a', '/v', 'x-a', 'path'])('in base64 that directly follows %j', (before) => {
    expect(redact(`${before}${base64(`${KEY}:`)}`)).toBe('[redacted]');
  });

  test('in base64 that is broken into lines, or escaped for URLs', () => {
    const text = base64(`Authorization: Basic ${base64(`${KEY}:`)}\r\n${'?>'.repeat(40)}`);

    expect(redact(text.replace(/.{76}/g, '$&\n'))).not.toMatch(/[A-Za-z0-9]{20}/);
    expect(redact(JSON.stringify(text.replace(/.{76}/g, '$&\r\n')))).toBe('"[redacted]"');
    expect(redact(text.replaceAll('+', '-').replaceAll('/', '_'))).toBe('[redacted]');
    expect(redact(encodeURIComponent(text))).toBe('[redacted]');
  });

  test('even if it is not in the config', () => {
    const redactUnknown = createRedaction([]);

    expect(redactUnknown(`${KEY}: there is no such config file`)).toBe(
      '[redacted]: there is no such config file',
    );
    expect(redactUnknown('postgres://user:p%40ss@db.example/x and http://u@h/')).toBe(
      'postgres://[redacted]@db.example/x and http://[redacted]@h/',
    );
    expect(redactUnknown('api_key: is missing; api_concurrency_limit')).toBe(
      'api_key: is missing; api_concurrency_limit',
    );
  });

  test('in a short time, even from a text that is made to take long', () => {
    for (const piece of [
      '\\',
      'api_',
      '%25',
      '&#0',
      'a://b:',
      'x:',
      '\\r',
      'YXBpX',
      '61',
      KEY.slice(0, -1),
    ]) {
      const text = piece.repeat(60_000).slice(0, 60_000);

      // A pattern that tries again at each character would take minutes here.
      expect(redact(`${text} ${KEY}`)).toMatch(/\[redacted\]$/);
    }
  }, 10_000);
});

test('the secrets of the environment are keys, tokens and proxy passwords', () => {
  const secrets = secretsIn({
    HTTPS_PROXY: 'http://me:s%40cret-word@proxy:3128',
    http_proxy: 'not an address: me:other@word@proxy',
    NO_PROXY: 'a:b@c',
    TAP_CLOSEIO_API_KEY: 'one',
    MELTANO_EXTRACT_ACCESS_TOKEN: 'two',
    TAP_CLOSEIO_START_DATE: '2026-01-01',
    HOME: '/root',
  });

  expect(secrets).toEqual(
    expect.arrayContaining(['s@cret-word', 's%40cret-word', 'me:s@cret-word', 'one', 'two']),
  );
  expect(secrets).not.toContain('2026-01-01');
  expect(createRedaction(secrets)(`proxy said ${base64('me:s@cret-word')}`)).toBe('proxy said [redacted]');
});

test.each([
  ['--api_5gtFTBJ7TXNGTy2cXqhMpH', true],
  ['0f8e3a5b7c9d1e2f3a4b5c6d7e8f9012', true],
  ['c3VwZXItc2VjcmV0LXRva2Vu0Q==', true],
  ['activities_window_seconds', false],
  ['--target-timeout', false],
  ['api_key_id', false],
])('%s looks like a key: %s', (name, expected) => {
  expect(looksLikeKey(name)).toBe(expected);
});
