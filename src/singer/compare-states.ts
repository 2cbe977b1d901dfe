import { HOUR, type Instant, MINUTE } from '../time/instant.ts';
import { instantIn, isNote, isPassing, type KnownBookmark } from './bookmark.ts';
import type { State } from './state.ts';

/**
 * A bookmark ahead of the clock is a mistake. The tap corrects it: it sets the bookmark to the moment of the run by
 * Close's clock. That clock may be a little behind ours.
 */
const CLOCK_DIFFERENCE = HOUR;

/**
 * Close tells its time in whole seconds, with an answer that may come late. So a run that begins just after another one may
 * seem to begin before it, and then its bookmarks are a little earlier. The next run reads these moments again.
 */
const SAME_MOMENT = MINUTE;

/**
 * Lists each bookmark that a newer state would set back by a minute or more. Only dates count. A note of the tap may be
 * missing: without it, the next run only reads more. A stream that is missing in the newer state is not a step back: some
 * targets confirm only the streams that they saw, and a merge keeps the others.
 */
export const stepsBack = (before: State, after: State, now: Instant): readonly string[] =>
  before.streams.flatMap((stream) => {
    const [older, newer] = [before.bookmark(stream), after.bookmark(stream)];
    if (Object.keys(newer).length === 0) return [];
    return Object.keys(older).flatMap((key) => {
      const [from, to] = [instantIn(older, key), instantIn(newer, key)];
      if (from === null || (to === null && isNote(key))) return [];
      const floor = from > now ? now - CLOCK_DIFFERENCE : from - SAME_MOMENT;
      return to !== null && to > floor
        ? []
        : [`${stream}.${key} from ${older[key]} to ${newer[key] ?? 'nothing'}`];
    });
  });

/** Whether two states differ only in values that change with every run, even with one that finds nothing. */
export const isSameButForClock = (before: State, after: State, known: readonly KnownBookmark[]): boolean => {
  const streams = [...new Set([...before.streams, ...after.streams])];
  const clocks = new Map(
    known.flatMap(({ stream, key, followsClock }) => (followsClock ? [[stream, key] as const] : [])),
  );
  const found = (state: State): string =>
    JSON.stringify(
      streams.map((stream) =>
        Object.entries(state.bookmark(stream))
          .filter(([key]) => key !== clocks.get(stream) && !isPassing(key))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    );
  return found(before) === found(after);
};
