/** A log level, in the order of loudness. */
export type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical';

/** The lowest level that is written; `silent`: none. */
export type Threshold = Level | 'silent';

/** A measurement in the form that singer-python made standard. Timers are in seconds. */
export interface Metric {
  readonly type: 'counter' | 'timer';
  readonly metric: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string | number>>;
}

/** Where the program says what it does; records go elsewhere. `stream` names the table it is about, if any. */
export interface Log {
  debug(message: string, stream?: string): void;
  info(message: string, stream?: string): void;
  warning(message: string, stream?: string): void;
  error(message: string, stream?: string): void;
  critical(message: string, stream?: string): void;
  /** @param level `info` by default */
  metric(metric: Metric, level?: Level): void;
}

/** The log as commands have it. */
export interface CommandLog extends Log {
  /** The summary line of a run, which every level but silent writes. */
  summary(message: string): void;
}
