/** A line of Meltano's log with `--log-format=json`. */
export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly name?: string;
  readonly stdio?: string;
  readonly stream_name?: string | null;
  readonly metric_info?: {
    readonly type: string;
    readonly metric: string;
    readonly value: number;
    readonly tags: Readonly<Record<string, unknown>>;
  };
}

/** The lines that Meltano took from the tap's stderr. */
export const tapLines = (log: string): LogLine[] =>
  log.split('\n').flatMap((text) => {
    if (!text.startsWith('{')) return [];
    const line = JSON.parse(text) as LogLine;
    return line.name === 'tap-closeio' && line.stdio === 'stderr' ? [line] : [];
  });
