import type { CommandLog } from '../terminal/log.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Redact } from '../terminal/redact.ts';

/** What a command gets of the process it runs in. */
export interface Session {
  readonly host: NodeJS.Process;
  readonly version: string;
  readonly log: CommandLog;
  /** Aborted by SIGINT, SIGTERM, or `abort`. */
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  /** From now on, this reaches neither the log nor what is printed. */
  readonly keepSecret: (secret: string) => void;
  /** Takes all secrets out of a text. Whoever cuts a text calls it first: a secret that is cut is not found any more. */
  readonly redact: Redact;
  /** Writes text for a person to standard output, fit for a terminal and without secrets. */
  readonly print: (text: string) => Promise<void>;
  /** Writes a value as indented JSON to standard output, without secrets. */
  readonly printJson: (value: unknown) => Promise<void>;
  /** What a person watches; null when nobody does. */
  readonly progress: Progress | null;
}
