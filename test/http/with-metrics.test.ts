import { describe, expect, test } from 'vitest';
import { withMetrics } from '../../src/http/with-metrics.ts';
import { recordedLog } from './recorded-log.ts';
import { createVirtualClock } from './virtual-clock.ts';

const { signal } = new AbortController();

describe('withMetrics', () => {
  test.each([
    [200, 'succeeded'],
    [429, 'failed'],
    [503, 'failed'],
  ])('measures an answer of %i, with its query and stream', async (status, outcome) => {
    const clock = createVirtualClock();
    const log = recordedLog();
    const reported: unknown[] = [];
    const send = withMetrics(log, clock, ({ path }, answered) => reported.push([path, answered]))(
      async () => {
        await clock.sleep(250);
        return { status, headers: {}, text: '' };
      },
    );
    const request = { method: 'GET', path: '/lead/', query: { _limit: '1' }, stream: 'things' } as const;

    await clock.until(send(request, signal));

    expect(reported).toEqual([['/lead/', status]]);
    expect(log.lines).toEqual([`debug: GET /lead/?_limit=1 ${status} in 0.25 s [things]`]);
    expect(log.metrics).toEqual([
      {
        type: 'timer',
        metric: 'http_request_duration',
        value: 0.25,
        tags: { endpoint: '/lead/', stream: 'things', http_status_code: status, status: outcome },
      },
    ]);
  });

  test('measures a request without an answer, and throws its error', async () => {
    const log = recordedLog();
    const error = new Error('reset');
    const send = withMetrics(log, createVirtualClock(), () => {})(() => Promise.reject(error));

    await expect(send({ method: 'POST', path: '/data/search/' }, signal)).rejects.toBe(error);

    expect(log.lines).toEqual(['debug: POST /data/search/ no answer in 0 s']);
    expect(log.metrics[0]?.tags).toEqual({ endpoint: '/data/search/', status: 'failed' });
  });
});
