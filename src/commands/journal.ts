import { writeSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Tally } from '../http/tally.ts';
import { REPORT_FD, type TapReport } from '../pipeline/tap-report.ts';
import type { PlannedStream } from '../tap/plan.ts';
import type { StreamProgress } from '../tap/run.ts';
import type { Instant } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { secondsOf, timesOf } from './summary.ts';

type Result = TapReport['streams'][string]['result'];

/** Notes what happens in a run, and reports it at the end, however the run ends. */
export interface Journal {
  begin(streams: readonly PlannedStream[]): void;
  /** Whether the run got as far as knowing what to read. */
  hasBegun(): boolean;
  count(stream: string, now: StreamProgress): void;
  end(stream: string, result: Result): void;
  error(message: string): void;
  report(code: number, reason: string): TapReport;
}

const fromText = (from: Instant | null): string | null => (from === null ? null : formatInstant(from));

const completenessOf = ({ expected, inRange = 0 }: Partial<StreamProgress> = {}) =>
  expected === undefined ? null : { counted: expected, read: inRange };

export const createJournal = (clock: Pick<Clock, 'now'>, tally: Tally): Journal => {
  const startedMs = clock.now();
  const planned: PlannedStream[] = [];
  const progress = new Map<string, StreamProgress>();
  const results = new Map<string, Result>();
  const errors: string[] = [];
  return {
    begin: (streams) => {
      planned.push(...streams);
    },
    hasBegun: () => planned.length > 0,
    count: (stream, now) => progress.set(stream, { ...progress.get(stream), ...now }),
    end: (stream, result) => results.set(stream, result),
    error: (message) => errors.push(message),
    report: (code, reason) => ({
      ...timesOf(startedMs, clock.now()),
      streams: Object.fromEntries(
        planned.map(({ name, from }) => [
          name,
          {
            from: fromText(from),
            records: progress.get(name)?.records ?? 0,
            requests: tally.requests(name),
            completeness: completenessOf(progress.get(name)),
            // A stream without a result was stopped, maybe before it began.
            result: results.get(name) ?? 'stopped',
          },
        ]),
      ),
      requests: tally.allRequests(),
      other_requests: tally.requests(),
      waits: {
        seconds: secondsOf(tally.waitedMs()),
        rate_limit: secondsOf(tally.waitedMs('rate limit')),
        retry: secondsOf(tally.waitedMs('retry')),
        outage: secondsOf(tally.waitedMs('outage')),
      },
      errors,
      exit: { code, reason },
    }),
  };
};

/** Writes the report to the `run` process that started this one. Returns when it is written. */
export const reportToRun = (report: TapReport): void => {
  try {
    writeSync(REPORT_FD, `${JSON.stringify(report)}\n`);
  } catch {
    // The `run` process has ended, so nobody needs the report.
  }
};
