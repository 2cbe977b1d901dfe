import { describe, expect, test } from 'vitest';
import { readRateLimits, readWait } from '../../src/http/rate-limits.ts';
import type { Reply } from '../../src/http/request.ts';

const NOW = Date.UTC(2026, 5, 1, 12);

const refusal = (headers: Reply['headers'], body: unknown = {}): Reply => ({
  status: 429,
  headers,
  text: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('readRateLimits', () => {
  test.each([
    ['as documented', 'limit=100, remaining=50, reset=5', [100, 50, 5_000]],
    ['as on the wire', 'limit=240; remaining=239; reset=2', [240, 239, 2_000]],
    ['with decimals', 'limit=100, remaining=0, reset=0.595956', [100, 0, 595.956]],
    ['in another order, without blanks', 'reset=1.5,limit=40,remaining=7', [40, 7, 1_500]],
    ['with a policy behind it', 'limit=60;remaining=59;reset=1;w=1', [60, 59, 1_000]],
  ])('reads the combined header %s', (_, ratelimit, [limit, remaining, resetMs]) => {
    const limits = readRateLimits({ ratelimit }, NOW);

    expect(limits).toEqual([{ family: 'ratelimit', limit, remaining, resetMs }]);
  });

  test.each(['ratelimit-', 'x-ratelimit-', 'x-rate-limit-'])('reads the family of %s', (prefix) => {
    const limits = readRateLimits(
      {
        [`${prefix}limit`]: '320',
        [`${prefix}remaining`]: '12',
        [`${prefix}reset`]: '7.218390',
      },
      NOW,
    );

    expect(limits).toEqual([{ family: prefix, limit: 320, remaining: 12, resetMs: 7218.39 }]);
  });

  test('keeps the families apart, and takes the first of several windows', () => {
    const limits = readRateLimits(
      {
        ratelimit: 'limit=240; remaining=239; reset=2',
        'ratelimit-limit': '60',
        'ratelimit-remaining': '59',
        'ratelimit-reset': '1',
        'x-ratelimit-limit': '60, 60;w=1, 100;w=1',
        'x-ratelimit-remaining': '58',
        'x-ratelimit-reset': '1',
      },
      NOW,
    );

    expect(limits.map(({ family, limit, remaining }) => [family, limit, remaining])).toEqual([
      ['ratelimit', 240, 239],
      ['ratelimit-', 60, 59],
      ['x-ratelimit-', 60, 58],
    ]);
  });

  test.each([
    {},
    { ratelimit: '' },
    { ratelimit: 'limit=100' },
    { ratelimit: 'limit=100, remaining=-1, reset=1' },
    { ratelimit: 'limit=ten, remaining=nine, reset=soon' },
    { ratelimit: '"default";r=50;t=30' },
    { ratelimit: 'limit=100, remaining=0, reset=100800' },
    { ratelimit: `limit=100, remaining=0, reset=${'9'.repeat(400)}` },
    { ratelimit: `limit=${'9'.repeat(400)}, remaining=5, reset=1` },
    { ratelimit: `limit=100, remaining=${'9'.repeat(400)}, reset=1` },
    { ratelimit: 'limit=100, remaining=0, reset=-5' },
    { ratelimit: 'limit=100, remaining=0, reset=Infinity' },
    { ratelimit: 'limit=100, remaining=0, reset=NaN' },
    { ratelimit: 'limit=100, remaining=0, reset=1e400' },
    { 'ratelimit-limit': '60', 'ratelimit-remaining': '59' },
    { 'x-rate-limit-limit': '60', 'x-rate-limit-remaining': '5', 'x-rate-limit-reset': '2026-06-01' },
  ])('takes nothing from %j', (headers) => {
    const limits = readRateLimits(headers as Reply['headers'], NOW);

    expect(limits).toEqual([]);
  });
});

test.each([
  ['in seconds', NOW / 1000 + 3, 3_000],
  ['that has passed', NOW / 1000 - 3, 0],
])('a reset that is a moment %s is counted from now', (_, reset, resetMs) => {
  const limits = readRateLimits({ ratelimit: `limit=100, remaining=1, reset=${reset}` }, NOW);

  expect(limits).toMatchObject([{ resetMs }]);
});

describe('readWait', () => {
  test.each([
    ['more than two minutes', { 'retry-after': '100800' }, {}, 120_000],
    ['a date far ahead', { 'retry-after': 'Thu, 01 Jan 2099 00:00:00 GMT' }, {}, 120_000],
    ['a moment', { 'retry-after': String(NOW / 1000 + 4) }, {}, 4_000],
    ['a moment far ahead', { 'retry-after': String(NOW / 1000 + 4_000) }, {}, 120_000],
    ['400 digits', { 'retry-after': '9'.repeat(400) }, {}, null],
    ['400 digits and a figure in the body', { 'retry-after': '9'.repeat(400) }, { rate_reset: 2 }, 2_000],
    ['less than nothing', { 'retry-after': '-7' }, {}, null],
    ['Infinity', { 'retry-after': 'Infinity' }, {}, null],
    ['an exponent beyond all numbers in the body', {}, '{"rate_reset": 1e400}', null],
    ['400 digits in the body', {}, `{"rate_reset": ${'9'.repeat(400)}}`, null],
    [
      'a reset of hours, and believes the header that is in reason',
      { ratelimit: 'limit=9, remaining=0, reset=1e9', 'retry-after': '2' },
      {},
      2_000,
    ],
  ])('answers with a finite wait of at most two minutes to %s', (_, headers, body, expected) => {
    const wait = readWait(refusal(headers as Reply['headers'], body), NOW);

    expect(wait).toBe(expected);
  });

  test('takes the exact reset of the limit that is used up, not the rounded one', () => {
    const reply = refusal({ ratelimit: 'limit=100, remaining=0, reset=0.25', 'retry-after': '1' });

    const wait = readWait(reply, NOW);

    expect(wait).toBe(250);
  });

  test('waits for the last of several limits that are used up', () => {
    const reply = refusal({
      ratelimit: 'limit=240; remaining=0; reset=6',
      'ratelimit-limit': '60',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '1',
    });

    const wait = readWait(reply, NOW);

    expect(wait).toBe(6_000);
  });

  test('takes retry-after if no stated limit is used up', () => {
    const reply = refusal({ ratelimit: 'limit=100, remaining=50, reset=0.5', 'retry-after': '3' });

    const wait = readWait(reply, NOW);

    expect(wait).toBe(3_000);
  });

  test('takes retry-after if the reset is rounded down to 0', () => {
    const reply = refusal({ ratelimit: 'limit=100, remaining=0, reset=0', 'retry-after': '1' });

    const wait = readWait(reply, NOW);

    expect(wait).toBe(1_000);
  });

  test.each([
    ['7', 7_000],
    ['0.5', 500],
    ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['Monday, 01-Jun-26 12:01:00 GMT', 60_000],
  ])('reads retry-after: %s', (text, expected) => {
    const wait = readWait(refusal({ 'retry-after': text }), NOW);

    expect(wait).toBe(expected);
  });

  test.each(['', 'soon', '-5', '0', '2026-06-01', 'Mon, 01 Jun 2026 11:59:00 GMT'])(
    'does not take retry-after, but other sources, when it is "%s"',
    (text) => {
      const wait = readWait(refusal({ 'retry-after': text }, { rate_reset: 1.5 }), NOW);

      expect(wait).toBe(1_500);
    },
  );

  test('takes the reset of a limit that is not used up rather than the body', () => {
    const reply = refusal({ ratelimit: 'limit=100, remaining=50, reset=0.5' }, { rate_reset: 9 });

    const wait = readWait(reply, NOW);

    expect(wait).toBe(500);
  });

  test.each([
    [
      'text at the top',
      { message: 'API call count exceeded', rate_reset: '0.595956', rate_window: 8 },
      595.956,
    ],
    ['a number below error', { error: { rate_reset: 0.870663, rate_limit: 40 } }, 870.663],
    ['a number with an exponent', '{"error": {"rate_reset": 5e-05}}', 0.05],
    ['a whole number', '{"rate_reset":2}', 2_000],
  ])('reads the body of old: %s', (_, body, expected) => {
    const wait = readWait(refusal({}, body), NOW);

    expect(wait).toBeCloseTo(expected, 6);
  });

  test.each(['', '{}', '<html>429</html>', '{"rate_reset": null}', '{"rate_reset": 0}'])(
    'returns null if the answer says nothing: %s',
    (text) => {
      const wait = readWait(refusal({}, text), NOW);

      expect(wait).toBeNull();
    },
  );
});
