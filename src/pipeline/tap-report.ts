import { z } from 'zod';

const count = z.number();

/** The report of a tap at its end, for `run` and for the summary. */
const tapReport = z.object({
  started_at: z.string(),
  ended_at: z.string(),
  seconds: count,
  /** The result of each stream, in the order in which they were read. */
  streams: z.record(
    z.string(),
    z.object({
      /** The bookmark from which it continued; null if it began at the start, or is read as a whole. */
      from: z.string().nullable(),
      records: count,
      requests: count,
      /**
       * How many rows Close counted in the range when the reading began, and how many were read. Null if Close does not
       * count, or if only a part was left to be read. The two differ if rows are created or deleted meanwhile.
       */
      completeness: z.object({ counted: count, read: count }).nullable(),
      result: z.enum(['done', 'failed', 'stopped']),
    }),
  ),
  requests: count,
  /** How many of them were not for a single stream. */
  other_requests: count,
  /** Seconds in which requests had to wait, in all and by reason. Waits at the same time count once. */
  waits: z.object({ seconds: count, rate_limit: count, retry: count, outage: count }),
  errors: z.array(z.string()),
  exit: z.object({ code: count, reason: z.string() }),
});

export type TapReport = z.infer<typeof tapReport>;

/** The file descriptor through which `run` reads the report. 0 to 2 are the usual three. */
export const REPORT_FD = 3;

/** The report in a text; null when there is none, for example after the tap was killed. */
export const readTapReport = (text: string): TapReport | null => {
  try {
    return tapReport.parse(JSON.parse(text));
  } catch {
    return null;
  }
};
