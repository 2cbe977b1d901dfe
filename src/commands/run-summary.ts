import { systemClock } from '../clock.ts';
import type { PipelineOutcome } from '../pipeline/pipeline.ts';
import type { RunResult } from '../pipeline/run-result.ts';
import type { State } from '../singer/state.ts';
import { describeReport, timesOf } from './summary.ts';

/** How a run ended. */
export interface RunEnd extends RunResult {
  /** Absent when nothing was started. */
  readonly outcome?: PipelineOutcome;
  /** What the state file held before; null without one. */
  readonly before?: State | null;
  /** What it holds now, where the run has changed it. */
  readonly after?: State | undefined;
}

/** The last line of a run's log. */
export const describeEnd = ({ outcome, reason }: RunEnd, startedMs: number): string => {
  const { seconds } = timesOf(startedMs, systemClock.now());
  if (outcome?.report) return describeReport({ ...outcome.report, seconds }, reason);
  const what = outcome === undefined ? 'nothing was read' : 'the tap ended before it could say what it read';
  return `${what} in ${seconds.toFixed(1)} s; ${reason}`;
};

/** The state as it is in the file. */
const contentOf = (state: State | null): object | null => state?.snapshot() ?? null;

/** What a run came to, for a program to read. What the tap says of itself is null when it was ended before it could. */
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
