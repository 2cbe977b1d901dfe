import { describe, expect, test } from 'vitest';
import type { FieldSchema } from '../src/json/schema-types.ts';
import { loadSchema } from '../src/schema/load-schema.ts';
import { originOf, ruleOf, withOriginsOnly } from '../src/secrets.ts';
import { streams } from '../src/streams/index.ts';

describe('a field holds a credential', () => {
  test.each([
    ...[
      'password',
      'sip_password',
      'imap_password',
      'passwd',
      'passcode',
      'encrypted_password',
      'password_hash',
    ],
    ...[
      'token',
      'access_token',
      'refresh_token',
      'auth_tokens',
      'oauth_token_secret',
      'accessToken',
      'AccessToken',
    ],
    ...['secret', 'client_secret', 'secrets', 'clientsecret', 'secret_value', 'webhook_secret'],
    ...[
      'signature_key',
      'signing_key',
      'api_key',
      'apikey',
      'apiKey',
      'x-api-key',
      'private_key',
      'api_keys',
    ],
    ...['voicemail_pin', 'pin', 'cookie', 'set_cookie', 'Authorization', 'smtp_credentials', 'jwt', 'otp'],
    ...['download_url', 'signed_url', 'authorization_code', 'backup_codes', 'code_verifier'],
  ])('by its name %s', (name) => {
    expect(ruleOf(name, 'x')).toBe('secret');
    expect(ruleOf(name, 271_828)).toBe(name.endsWith('s') ? 'plain' : 'secret');
    expect(ruleOf(name, { a: 1 })).toBe('secret');
  });

  test.each([
    ...[
      'secret_id',
      'api_key_id',
      'oauth_client_id',
      'token_type',
      'token_expires_at',
      'password_updated_at',
    ],
    ...[
      'next_page_token',
      'sync_token',
      'deduplication_key',
      'key',
      'public_key',
      'signature',
      'email_signature',
    ],
    ...[
      'pinned',
      'pinned_at',
      'shipping',
      'zip_code',
      'country_code',
      'response_status_code',
      'url',
      'voicemail_url',
    ],
    ...[
      'authorization_status',
      'session_id',
      'custom.cf_1token',
      'has_password',
      'need_smtp_credentials',
      'monkey',
    ],
  ])('but not because of its name %s', (name) => {
    expect(ruleOf(name, 'x')).toBe('plain');
  });

  test.each([null, undefined, '', true, false, 0, 1])('but not in the value %j', (value) => {
    expect(ruleOf('password', value)).toBe('plain');
  });

  test.each(['webhook_url', 'webhook', 'webhooks', 'slack_webhook_urls', 'webhookUrl'])(
    'or an address to post to, by its name %s',
    (name) => {
      expect(ruleOf(name, 'https://example.com/x')).toBe('address');
    },
  );

  test('a very long name does not take long', () => {
    expect(ruleOf('_token'.repeat(200_000), 'x')).toBe('plain');
  });
});

describe('no column of this tap', () => {
  const namesIn = (fields: Readonly<Record<string, FieldSchema>>): string[] =>
    Object.entries(fields).flatMap(([name, field]) => {
      const inner = field.items?.properties ?? field.properties ?? {};
      const isFlag = (field.items ?? field).type[0] === 'boolean';
      return [...(isFlag ? [] : [name]), ...namesIn(inner)];
    });

  test.each(streams.map(({ name }) => name))('counts as a credential or an address: %s', (stream) => {
    const names = namesIn(loadSchema(stream).properties);

    expect(names.filter((name) => ruleOf(name, 'x') !== 'plain')).toEqual([]);
  });
});

describe('only the origin of an address is kept', () => {
  test.each([
    ['https://hooks.example.com/close', 'https://hooks.example.com'],
    ['https://hooks.example.com:8443/a?token=s', 'https://hooks.example.com:8443'],
    ['https://user:s@hooks.example.com/a@b?token=s#top', 'https://hooks.example.com'],
    ['https://s@hooks.example.com', 'https://hooks.example.com'],
    ['HTTPS://hooks.example.com?token=s', 'HTTPS://hooks.example.com'],
    ['http://[2001:db8::1]:80/s', 'http://[2001:db8::1]:80'],
    ['http://localhost/s', 'http://localhost'],
    ['https://m\u00fcller.example/s', 'https://m\u00fcller.example'],
    ['hooks.example.com?token=s', 'hooks.example.com'],
    ['user:s@hooks.example.com/s', 'hooks.example.com'],
    ['https://hooks.example.com\\@s', 'https://hooks.example.com'],
    // Where the host is cannot be told for sure.
    ['https://user:1#s@hooks.example.com', 'https://'],
    ['https://user:s/x@hooks.example.com', 'https://'],
    ['s', ''],
    ['', ''],
  ])('%s', (address, origin) => {
    expect(originOf(address)).toBe(origin);
  });

  test.each([
    ['HTTPError', 'HTTPError'],
    ['POST https://u:s@h.example/s?token=s failed: 503', 'POST https://h.example failed: 503'],
    [
      '(see https://h.example/s), and http://i.example:80/s.',
      '(see https://h.example), and http://i.example:80.',
    ],
    ['"https://h.example/s" and <wss://h.example/s>', '"https://h.example" and <wss://h.example>'],
    [
      "HTTPSConnectionPool(host='h.example', port=443): Max retries exceeded with url: /s?token=s (Caused by x)",
      "HTTPSConnectionPool(host='h.example', port=443): Max retries exceeded with url: / (Caused by x)",
    ],
    ['://', ''],
    ['a://b://c', 'a://'],
  ])('in the text %s', (text, clean) => {
    expect(withOriginsOnly(text)).toBe(clean);
  });

  test.each([
    'a'.repeat(1_000_000),
    '://'.repeat(300_000),
    'url: '.repeat(200_000),
    `https://${'a.'.repeat(500_000)}`,
  ])('in a text of a megabyte', (text) => {
    expect(withOriginsOnly(text).length).toBeLessThanOrEqual(text.length);
    expect(originOf(text).length).toBeLessThanOrEqual(text.length);
  });
});
