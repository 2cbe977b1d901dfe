import type { CommandLog } from '../terminal/log.ts';
import type { Progress } from '../terminal/progress.ts';
import type { Redact } from '../terminal/redact.ts';

/** What a command can use of its process. */
export interface Session {
  readonly host: NodeJS.Process;
  readonly version: string;
  readonly log: CommandLog;
  /** Aborted by SIGINT, SIGTERM, or `abort`. */
  readonly signal: AbortSignal;
  readonly abort: (reason: Error) => void;
  /** From now on, this secret is taken out of the log and of everything that is printed. */
  readonly keepSecret: (secret: string) => void;
  /** Takes all secrets out of a text. Call it before a text is cut: it does not find a part of a secret. */
  readonly redact: Redact;
  /** Writes text for a person to standard output, without secrets and control characters. */
  readonly print: (text: string) => Promise<void>;
  /** Writes a value as indented JSON to standard output, without secrets. */
  readonly printJson: (value: unknown) => Promise<void>;
  /** The progress that a person watches; null if nobody watches. */
  readonly progress: Progress | null;
}
