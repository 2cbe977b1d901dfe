import type { Log, Metric } from '../../src/terminal/log.ts';

/** A log that keeps its messages, one line each: `warning: text [stream]`. */
export const recordedLog = (): Log & { readonly lines: string[]; readonly metrics: Metric[] } => {
  const lines: string[] = [];
  const metrics: Metric[] = [];
  const at = (level: string) => (message: string, stream?: string) => {
    lines.push(`${level}: ${message}${stream === undefined ? '' : ` [${stream}]`}`);
  };
  return {
    lines,
    metrics,
    debug: at('debug'),
    info: at('info'),
    warning: at('warning'),
    error: at('error'),
    critical: at('critical'),
    metric: (metric) => metrics.push(metric),
  };
};
