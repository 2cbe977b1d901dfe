import { describe, expect, test } from 'vitest';
import { toWire } from '../../src/http/wire-request.ts';

const BASE = 'https://api.close.com/api/v1';

/** A query with which the whole URL has so many characters. */
const queryFor = (length: number, path = '/lead/') => ({
  id__in: 'x'.repeat(length - `${BASE}${path}?id__in=`.length),
});

describe('a GET', () => {
  test('of 2,000 characters stays as it is', () => {
    const query = queryFor(2_000);

    const wire = toWire({ method: 'GET', path: '/lead/', query }, BASE);

    expect(wire).toEqual({
      url: `${BASE}/lead/?id__in=${query.id__in}`,
      method: 'GET',
      headers: {},
      body: null,
    });
    expect(wire.url).toHaveLength(2_000);
  });

  test('with one character more becomes a POST that says it is a GET, with all parameters in its body', () => {
    const query = { ...queryFor(1_992), _limit: '1' };

    const wire = toWire({ method: 'GET', path: '/lead/', query }, BASE);

    expect(wire).toMatchObject({
      url: `${BASE}/lead/`,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-http-method-override': 'GET' },
    });
    expect(JSON.parse(wire.body ?? '')).toEqual({ _params: query });
  });

  test('is measured in its encoded form, with the base URL', () => {
    const query = { id__in: 'lead_a,'.repeat(225) };

    const wire = toWire({ method: 'GET', path: '/lead/', query }, BASE);

    expect(`${BASE}/lead/?id__in=${query.id__in}`.length).toBeLessThan(2_000);
    expect(wire.method).toBe('POST');
  });
});

test('a search stays a search, however long it is', () => {
  const body = { query: 'x'.repeat(3_000) };

  const wire = toWire({ method: 'POST', path: '/data/search/', body }, BASE);

  expect(wire.headers).toEqual({ 'content-type': 'application/json' });
  expect(JSON.parse(wire.body ?? '')).toEqual(body);
});

describe('an id in a path', () => {
  test.each(['..', '.', '%2e%2e', '.%2E', '../../oauth2', 'a/../../me', 'a\\..\\b', 'a%2Fb', 'a?b=c', 'a#b'])(
    'is refused if it leads to another path: %s',
    (id) => {
      expect(() => toWire({ method: 'GET', path: `/organization/${id}/` }, BASE)).toThrow(
        /is not an id; nothing was requested with it/,
      );
    },
  );

  test.each(['../me', 'a/b', 'a\\b', '..'])('is refused as the walks encode it: %s', (id) => {
    expect(() => toWire({ method: 'GET', path: `/organization/${encodeURIComponent(id)}/` }, BASE)).toThrow(
      'is not an id',
    );
  });

  test.each(['lead_1', 'cf_a.b', '...', 'a..b', 'ü', 'a b', '100%'])(
    'is accepted if it is only unusual: %s',
    (id) => {
      const path = `/organization/${encodeURIComponent(id)}/`;

      expect(new URL(toWire({ method: 'GET', path }, BASE).url).pathname).toBe(`/api/v1${path}`);
    },
  );
});
