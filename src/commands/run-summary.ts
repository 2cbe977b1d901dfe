import { systemClock } from '../clock.ts';
import type { PipelineOutcome } from '../pipeline/pipeline.ts';
import type { RunResult } from '../pipeline/run-result.ts';
import type { State } from '../singer/state.ts';
import { describeReport, timesOf } from './summary.ts';

/** How a run ended. */
export interface RunEnd extends RunResult {
  /** How tap and target ended; absent if they were not started. */
  readonly outcome?: PipelineOutcome;
  /** The state in the file before the run; null if there was no file. */
  readonly before?: State | null;
  /** The state in the file after the run; undefined if the run has not changed it. */
  readonly after?: State | undefined;
}

/** The last line of a run's log. */
export const describeEnd = ({ outcome, reason }: RunEnd, startedMs: number): string => {
  const { seconds } = timesOf(startedMs, systemClock.now());
  if (outcome?.report) return describeReport({ ...outcome.report, seconds }, reason);
  const what =
    outcome === undefined ? 'nothing was read' : 'the tap ended before it could report what it read';
  return `${what} in ${seconds.toFixed(1)} s; ${reason}`;
};

/** The state as it is in the file. */
const contentOf = (state: State | null): object | null => state?.snapshot() ?? null;

/** The summary of a run, for programs. What the tap reports is null if the tap ended before it could report. */
export const summaryOf = (
  { code, reason, problems, outcome, before = null, after }: RunEnd,
  startedMs: number,
): object => ({
  ...timesOf(startedMs, systemClock.now()),
  streams: outcome?.report?.streams ?? null,
  requests: outcome?.report?.requests ?? null,
  other_requests: outcome?.report?.other_requests ?? null,
  waits: outcome?.report?.waits ?? null,
  errors: [...(outcome?.report?.errors ?? []), ...problems],
  tap: outcome?.tap ?? null,
  target: outcome?.target ?? null,
  state: { before: contentOf(before), after: contentOf(after ?? before) },
  exit: { code, reason },
});
