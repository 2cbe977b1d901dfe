import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { proxyFor } from '../../src/http/proxy-address.ts';

const CLOSE = new URL('https://api.close.com/api/v1');
const PROXY = 'http://proxy.example:3128';

const nameFor = (env: Record<string, string>, target = CLOSE): string | null =>
  proxyFor(target, env)?.name ?? null;

describe('the proxy', () => {
  test.each<[Record<string, string>, string | null]>([
    [{}, null],
    [{ HTTPS_PROXY: '' }, null],
    [{ HTTPS_PROXY: PROXY }, 'proxy.example:3128'],
    [{ https_proxy: 'http://small:1', HTTPS_PROXY: PROXY }, 'small:1'],
    [{ https_proxy: '', HTTPS_PROXY: PROXY }, 'proxy.example:3128'],
    [{ HTTP_PROXY: PROXY }, 'proxy.example:3128'],
    [{ HTTPS_PROXY: 'https://proxy.example' }, 'proxy.example:443'],
    [{ HTTPS_PROXY: 'http://proxy.example/' }, 'proxy.example:80'],
    [{ HTTPS_PROXY: 'http://[::1]:3128' }, '[::1]:3128'],
    [{ HTTPS_PROXY: PROXY, HTTP_PROXY: 'nonsense' }, 'proxy.example:3128'],
  ])('of %j is %s', (env, expected) => {
    expect(nameFor(env)).toBe(expected);
  });

  test.each<[string, boolean]>([
    ['*', true],
    ['api.close.com', true],
    ['close.com', true],
    ['.close.com', true],
    ['*.close.com', true],
    ['API.Close.com', true],
    ['api.close.com:443', true],
    ['localhost, 10.0.0.1 close.com', true],
    ['api.close.com:8443', false],
    ['lose.com', false],
    ['other.example', false],
    ['', false],
  ])('is left out for NO_PROXY=%s: %s', (list, isLeftOut) => {
    expect(nameFor({ HTTPS_PROXY: PROXY, NO_PROXY: list })).toBe(isLeftOut ? null : 'proxy.example:3128');
  });

  test('is not checked if it is not needed', () => {
    expect(nameFor({ HTTPS_PROXY: 'nonsense', no_proxy: 'close.com' })).toBeNull();
  });

  test('gets the user and the password, decoded', () => {
    const proxy = proxyFor(CLOSE, { HTTPS_PROXY: 'http://us%40er:p%C3%A4ss%2F@proxy.example:3128' });

    expect(proxy?.authorization).toBe(`Basic ${Buffer.from('us@er:päss/').toString('base64')}`);
    expect(proxy?.name).toBe('proxy.example:3128');
  });
});

test.each([
  ['nonsense', /must be an address/],
  ['user:5ecret@proxy.example:3128', /must be an address/],
  ['proxy.example:3128', /must be an address/],
  ['socks5://user:5ecret@proxy.example:1080', /must be an address/],
  ['http://', /must be an address/],
  ['http://user:5ecret@proxy.example:65536', /must be an address/],
  ['http://user:5ecret@proxy.example:0', /must be an address/],
  ['http://user:5ecret@proxy.example:port', /must be an address/],
  ['http://user:5ec#ret@proxy.example:3128', /must be an address/],
  ['http://user:123/5ecret@proxy.example:3128', /must end after the port/],
  ['http://user:123#5ecret@proxy.example:3128', /must end after the port/],
  ['http://user:123?5ecret@proxy.example:3128', /must end after the port/],
  ['http://user:5ecret%zz@proxy.example:3128', /write % as %25/],
])('an address that is none names the variable, and never its value: %s', (value, expected) => {
  const problemOf = (): readonly string[] => {
    try {
      proxyFor(CLOSE, { HTTPS_PROXY: value });
      return [];
    } catch (error) {
      return error instanceof UsageError ? error.problems : [String(error)];
    }
  };

  const problems = problemOf();

  expect(problems).toEqual([expect.stringMatching(/^HTTPS_PROXY: /)]);
  expect(problems[0]).toMatch(expected);
  expect(problems[0]).not.toMatch(/5ec|123|proxy\.example:(65536|port|0)/);
});
