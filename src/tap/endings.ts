import { endsTheRun, messageOf, ReaderGoneError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';

/** Why a stream is not complete. */
export interface Failure {
  readonly stream: string;
  readonly reason: string;
}

/** Which streams of a run are complete, have failed, or were left out. */
export interface Endings {
  /** The first stream that is not complete; null if all are. */
  current(): string | null;
  isComplete(stream: string): boolean;
  /** Notes that the stream is complete. */
  complete(stream: string): void;
  /** Notes that the stream failed. @throws the error again if the run is already stopping */
  fail(stream: string, error: unknown): void;
  /** Notes that the key may not read the stream, with a warning. */
  leaveOut(stream: string, why: string): void;
  /** The failures, at the end of the run. If all streams were left out, all of them count as failed. */
  failures(): readonly Failure[];
}

export const createEndings = (
  streams: readonly string[],
  log: Log,
  { signal, abort }: { readonly signal: AbortSignal; readonly abort: (reason: Error) => void },
): Endings => {
  const open = new Set(streams);
  const failures: Failure[] = [];
  const leftOut: Failure[] = [];
  return {
    current: () => streams.find((stream) => open.has(stream)) ?? null,
    isComplete: (stream) => !open.has(stream),
    complete: (stream) => {
      open.delete(stream);
    },
    fail: (stream, error) => {
      if (error instanceof ReaderGoneError) abort(error);
      if (signal.aborted) throw error;
      open.add(stream);
      failures.push({ stream, reason: messageOf(error) });
      if (endsTheRun(error)) abort(error);
      else log.error(messageOf(error), stream);
    },
    leaveOut: (stream, why) => {
      leftOut.push({ stream, reason: why });
      log.warning(why, stream);
    },
    failures: () => {
      if (leftOut.length === streams.length) failures.push(...leftOut);
      else for (const { stream } of leftOut) open.delete(stream);
      return failures;
    },
  };
};
