import { endsTheRun, messageOf, ReaderGoneError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';

/** Why a stream is not complete. */
export interface Failure {
  readonly stream: string;
  readonly reason: string;
}

/** What has become of the streams of a run so far. */
export interface Endings {
  /** The first stream that is not complete; null if all are. */
  current(): string | null;
  isComplete(stream: string): boolean;
  complete(stream: string): void;
  /** The stream failed. @throws the error again if the run is ending */
  fail(stream: string, error: unknown): void;
  /** The key may not read the stream. */
  leaveOut(stream: string, why: string): void;
  /** At the end of the run. If the key may read no stream at all, all of them count as failed. */
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
