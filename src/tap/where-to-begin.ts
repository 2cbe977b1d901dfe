import type { Config } from '../config/config.ts';
import type { Resume } from '../singer/resume.ts';
import type { State } from '../singer/state.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Instant } from '../time/instant.ts';
import { lengthOf } from '../time/length-of.ts';
import { formatInstant } from '../time/rfc3339.ts';
import { END, START } from '../time/span.ts';
import { lostStretch } from './lost-stretch.ts';
import { type Overlap, overlapOf } from './overlap.ts';

export interface BeginningOptions {
  readonly stream: StreamDefinition;
  /** The replication key; null if everything is read every time. */
  readonly key: string | null;
  readonly config: Config;
  readonly state: State;
  /** The present. If the clocks disagree, it is the earlier of them. */
  readonly now: Instant;
  /** The present at each call. If the clocks disagree, it is the later of them. */
  readonly latest: () => Instant;
}

/** Where the reading of a stream begins, and what earlier runs left. */
export interface Beginning {
  readonly from: Instant;
  /** The bookmark of the state, or null. One in the future counts as the present. */
  readonly bookmark: Instant | null;
  /** What a run that was cut off has read, or null. */
  readonly resume: Resume | null;
  /** How far behind its bookmark the stream is read again, in microseconds. */
  readonly lookBack: number;
  /** Set for a stream that is read from a search index and has a bookmark. */
  readonly overlap: Overlap | null;
  /** What the user should know. */
  readonly warnings: readonly string[];
}

/** Finds out from the state and the config where a stream begins. */
export const whereToBegin = (options: BeginningOptions): Beginning => {
  const { stream, key, config, state, now } = options;
  const latest = options.latest();
  const warnings: string[] = [];

  const stored = key === null ? null : state.instant(stream.name, key);
  const isInFuture = stored !== null && stored > latest;
  if (isInFuture) {
    warnings.push(
      `the bookmark ${formatInstant(stored)} is in the future; this run reads from the present on`,
    );
  }
  const bookmark = isInFuture ? now : stored;
  const notes = state.notes(stream.name);
  // A run that starts in the future cannot have left anything.
  const isLeft = key !== null && notes.resume !== null && notes.resume.startedAt <= latest;
  const resume = isLeft ? notes.resume : null;

  const lookBack = stream.lookBack?.(config) ?? 0;
  const overlap =
    bookmark === null || !stream.fromIndex ? null : overlapOf(bookmark, lookBack, notes, config, now);
  const wanted =
    bookmark === null
      ? config.start_date - (stream.looksBackFromStart ? lookBack : 0)
      : (overlap?.from ?? bookmark - lookBack);

  const length = stream.reach ?? END;
  const reach = now - length;
  const lost = lostStretch(wanted, { from: reach, length }, bookmark === null, resume);
  if (lost !== null) {
    warnings.push(
      `Close keeps only ${lengthOf(length)}; what happened from ` +
        `${formatInstant(lost.from)} to ${formatInstant(lost.to)} can no longer be read`,
    );
  }
  const from = key === null ? START : Math.max(wanted, reach);
  return { from, bookmark, resume, lookBack, overlap, warnings };
};
