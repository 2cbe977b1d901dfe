import { z } from 'zod';
import type { Instant } from '../time/instant.ts';
import { formatInstant, parseInstant } from '../time/rfc3339.ts';
import { END, type Span, START } from '../time/span.ts';

/** What an interrupted run noted about a stream. */
export interface Resume {
  readonly finished: readonly Span[];
  readonly alsoFinished: readonly Span[];
  readonly startedAt: Instant;
}

export const NONE: Omit<Resume, 'startedAt'> = { finished: [], alsoFinished: [] };

const stretches = z.array(z.tuple([z.string().nullable(), z.string().nullable()]));

const readStretches = (pairs: z.infer<typeof stretches>): readonly Span[] =>
  pairs
    .map(([from, to]) => ({
      from: from === null ? START : (parseInstant(from) ?? Number.NaN),
      to: to === null ? END : (parseInstant(to) ?? Number.NaN),
    }))
    .filter((span) => span.from < span.to);

export const resumeSchema = z
  .object({
    run_started: z.string(),
    finished: stretches,
    /** The same for the second list of a walk. Older versions do not write or read this; they read that list whole. */
    also_finished: stretches.default([]),
  })
  .transform(({ run_started, finished, also_finished }): Resume | null => {
    const startedAt = parseInstant(run_started);
    if (startedAt === null) return null;
    return { startedAt, finished: readStretches(finished), alsoFinished: readStretches(also_finished) };
  });

const endOf = (instant: Instant): string | null => (Number.isFinite(instant) ? formatInstant(instant) : null);

const writeStretches = (spans: readonly Span[]): z.infer<typeof stretches> =>
  spans.map((span) => [endOf(span.from), endOf(span.to)]);

export const writeResume = ({ startedAt, finished, alsoFinished }: Resume): object | undefined =>
  finished.length + alsoFinished.length === 0
    ? undefined
    : {
        run_started: formatInstant(startedAt),
        finished: writeStretches(finished),
        ...(alsoFinished.length === 0 ? {} : { also_finished: writeStretches(alsoFinished) }),
      };
