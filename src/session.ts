import type { Log } from './log.ts';
import type { Ending } from './progress.ts';
import type { Instant } from './time.ts';

/** What a command gets of the process it runs in. */
export interface Session {
  readonly host: NodeJS.Process;
  readonly version: string;
  readonly log: Log;
  /** Aborted by SIGINT, SIGTERM, or `abort`. */
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  /** From now on, this never reaches the log. */
  readonly keepSecret: (secret: string) => void;
  readonly onProgress: (stream: string, records: number, at: Instant | null) => void;
  readonly onEnd: (stream: string, how: Ending) => void;
}
