import type { Clock } from '../clock.ts';
import { fromMillis } from '../time/instant.ts';
import { formatSecond } from '../time/rfc3339.ts';
import type { CommandLog, Level, Metric, Threshold } from './log.ts';
import { printable } from './printable.ts';
import type { Redact } from './redact.ts';

const ORDER: readonly Threshold[] = ['debug', 'info', 'warning', 'error', 'critical', 'silent'];

export interface LogOptions {
  readonly write: (text: string) => void;
  readonly level: Threshold;
  /** `structured`: JSON lines as Meltano reads them. */
  readonly format: 'plain' | 'structured';
  /** Whether a plain line begins with the time. A structured line always has it. */
  readonly timestamps: boolean;
  /** Whether metrics are written. */
  readonly metrics: boolean;
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  readonly pid: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly loggerName: string;
}

/** Creates the log of the program. Each call writes once, so that lines of different streams do not mix. */
export const createLog = (options: LogOptions): CommandLog => {
  const { write, level: quietest, format, redact } = options;
  const line = format === 'structured' ? structured(options) : plain(options);
  const isWritten = (level: Level): boolean => ORDER.indexOf(level) >= ORDER.indexOf(quietest);
  const log = (level: Level, message: string, stream?: string, metric?: Metric): void => {
    if (isWritten(level)) write(line(level, printable(redact(message)), stream, metric));
  };
  return {
    debug: (message, stream) => log('debug', message, stream),
    info: (message, stream) => log('info', message, stream),
    warning: (message, stream) => log('warning', message, stream),
    error: (message, stream) => log('error', message, stream),
    critical: (message, stream) => log('critical', message, stream),
    summary: (message) => {
      if (quietest !== 'silent') write(line('info', printable(redact(message)), undefined, undefined));
    },
    metric: (metric, level = 'info') => {
      if (!options.metrics || !isWritten(level)) return;
      const tags = Object.entries(metric.tags).map(([name, value]) => [name, cleanTag(value, redact)]);
      const clean = { ...metric, tags: Object.fromEntries(tags) };
      if (format === 'structured') log(level, 'METRIC', undefined, clean);
      else log(level, `METRIC: ${JSON.stringify(clean)}`);
    },
  };
};

const cleanTag = (value: string | number, redact: Redact): string | number =>
  typeof value === 'string' ? printable(redact(value)).slice(0, 200) : value;

type Line = (level: Level, message: string, stream: string | undefined, metric: Metric | undefined) => string;

/** The form of singer-python, which scripts rely on: each line begins with the level, or with the time and the level. */
const plain =
  ({ clock, timestamps }: LogOptions): Line =>
  (level, message, stream) => {
    const named = stream === undefined || message.startsWith(stream) ? message : `${stream}: ${message}`;
    const when = timestamps ? `${formatSecond(fromMillis(clock.now()))} ` : '';
    return named
      .split('\n')
      .map((text) => `${when}${level.toUpperCase()} ${text}\n`)
      .join('');
  };

/** Meltano treats a line as plain text unless it has all of these nine keys; their values may be null. */
const structured =
  ({ pid, clock, loggerName }: LogOptions): Line =>
  (level, message, stream, metric) => {
    const fields = {
      level,
      pid,
      logger_name: loggerName,
      ts: clock.now() / 1000,
      thread_name: 'MainThread',
      app_name: loggerName,
      stream_name: stream ?? metric?.tags.stream ?? null,
      message,
      extra: {},
      ...(metric ? { metric_info: metric } : {}),
    };
    return `${JSON.stringify(fields)}\n`;
  };
