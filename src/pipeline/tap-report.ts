import { z } from 'zod';

const count = z.number();

/** What a tap says in the end: to the process that runs it, and to whoever wants a summary. */
const tapReport = z.object({
  started_at: z.string(),
  ended_at: z.string(),
  seconds: count,
  /** What each stream came to, in the order in which they were read. */
  streams: z.record(
    z.string(),
    z.object({
      /** Where it went on; null where it began at the start or is read as a whole. */
      from: z.string().nullable(),
      records: count,
      requests: count,
      /**
       * What Close counted in the range when the reading began, and what was read of it; null where it does not count, or
       * only a part was left to be read. What is created or deleted meanwhile makes the two differ.
       */
      completeness: z.object({ counted: count, read: count }).nullable(),
      result: z.enum(['done', 'failed', 'stopped']),
    }),
  ),
  requests: count,
  /** Those among them that are for no single stream. */
  other_requests: count,
  /** Seconds in which a request had to wait, in all and by what for; waits side by side count once. */
  waits: z.object({ seconds: count, rate_limit: count, retry: count, outage: count }),
  errors: z.array(z.string()),
  exit: z.object({ code: count, reason: z.string() }),
});

export type TapReport = z.infer<typeof tapReport>;

/** Where the process that runs the tap reads the report; the numbers below are the usual three. */
export const REPORT_FD = 3;

/** The report in a text; null when there is none, as of a tap that was killed. */
export const readTapReport = (text: string): TapReport | null => {
  try {
    return tapReport.parse(JSON.parse(text));
  } catch {
    return null;
  }
};
