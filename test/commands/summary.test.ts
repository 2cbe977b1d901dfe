import { expect, test } from 'vitest';
import { describeReport } from '../../src/commands/summary.ts';
import type { TapReport } from '../../src/pipeline/tap-report.ts';

const report: TapReport = {
  started_at: '2026-01-01T00:00:00Z',
  ended_at: '2026-01-01T00:00:02Z',
  seconds: 2,
  streams: {},
  requests: 0,
  other_requests: 0,
  waits: { seconds: 0, rate_limit: 0, retry: 0, outage: 0 },
  errors: [],
  exit: { code: 0, reason: 'done' },
};

test('the last line of a log names the streams that were begun', () => {
  const leads = { from: null, records: 5, requests: 2, result: 'done' as const, completeness: null };
  const tasks = { ...leads, completeness: { counted: 6, read: 5 } };

  expect(describeReport({ ...report, requests: 3, other_requests: 1, streams: { leads } })).toBe(
    '5 records in 2.0 s with 3 requests; records (requests) of leads 5 (2), for all streams together (1); done',
  );
  expect(describeReport({ ...report, streams: { leads, tasks } })).toContain(
    'leads 5 (2), tasks 5 (2; 5 of 6 counted)',
  );
  expect(describeReport({ ...report, requests: 1, streams: { leads: { ...leads, records: 1 } } })).toMatch(
    /^1 record in 2\.0 s with 1 request; /,
  );
  expect(describeReport(report, 'the target ended with exit code 1')).toBe(
    '0 records in 2.0 s with 0 requests; the target ended with exit code 1',
  );
});
