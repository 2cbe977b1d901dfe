/** A log level, from the least to the most serious. */
export type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical';

/** The lowest level that is written; with `silent`, nothing is written. */
export type Threshold = Level | 'silent';

/** A measurement, in the form that singer-python made the standard. The value of a timer is in seconds. */
export interface Metric {
  readonly type: 'counter' | 'timer';
  readonly metric: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string | number>>;
}

/** The log of the program. `stream` names the stream that a message is about, if it is about one. */
export interface Log {
  debug(message: string, stream?: string): void;
  info(message: string, stream?: string): void;
  warning(message: string, stream?: string): void;
  error(message: string, stream?: string): void;
  critical(message: string, stream?: string): void;
  /** @param level `info` by default */
  metric(metric: Metric, level?: Level): void;
}

/** The log for commands. */
export interface CommandLog extends Log {
  /** Writes the last line of a run. It is written at every level but `silent`. */
  summary(message: string): void;
}
