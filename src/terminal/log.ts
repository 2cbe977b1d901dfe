/** A log level, in the order of loudness. */
export type Level = 'debug' | 'info' | 'warning' | 'error' | 'critical';

/** A measurement in the form that singer-python made standard. Timers are in seconds. */
export interface Metric {
  readonly type: 'counter' | 'timer';
  readonly metric: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string | number>>;
}

/** Where the program says what it does; the records go elsewhere. `stream` names the table spoken of, if any. */
export interface Log {
  debug(message: string, stream?: string): void;
  info(message: string, stream?: string): void;
  warning(message: string, stream?: string): void;
  error(message: string, stream?: string): void;
  critical(message: string, stream?: string): void;
  metric(metric: Metric): void;
}
