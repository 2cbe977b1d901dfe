import { didYouMean } from '../did-you-mean.ts';
import { UsageError } from '../errors.ts';
import { type Bookmark, instantIn, type KnownBookmark } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';
import type { Instant } from '../time/instant.ts';
import { formatInstant } from '../time/rfc3339.ts';

export interface ResetRequest {
  readonly streams: readonly string[] | 'all';
  /** What to set the bookmarks to; null removes them. */
  readonly to: Instant | null;
}

/** Removes or sets bookmarks, and removes the tap's notes beside them. @param file the name used in messages */
export const resetState = (
  state: State,
  { streams, to }: ResetRequest,
  file: string,
  known: readonly KnownBookmark[],
): { readonly next: State; readonly changes: readonly string[] } => {
  const present = state.streams;
  const chosen = streams === 'all' ? present : [...new Set(streams)];
  const possible = [...new Set([...present, ...known.map(({ stream }) => stream)])];
  const unknown = chosen.filter((stream) => !possible.includes(stream));
  if (unknown.length > 0) throw new UsageError(unknown.map((stream) => notThere(stream, possible, file)));
  const absent = chosen.filter((stream) => !present.includes(stream));

  const keyOf = (stream: string, bookmark: Bookmark): string | undefined =>
    known.find((entry) => entry.stream === stream)?.key ??
    Object.keys(bookmark).find((key) => instantIn(bookmark, key) !== null);
  const next = state.copy();
  const changes: string[] = [];
  if (to === null) {
    for (const stream of absent) {
      next.forget(stream);
      changes.push(`${stream} has no bookmark, so it is read from start_date anyway`);
    }
  }
  for (const stream of [...present, ...(to === null ? [] : absent)]) {
    if (!chosen.includes(stream)) continue;
    const bookmark = state.bookmark(stream);
    const key = keyOf(stream, bookmark);
    if (to !== null && key === undefined) {
      throw new UsageError([`${file}: ${stream} has no date to set; leave --to out to remove it`]);
    }
    next.forget(stream);
    if (to !== null && key !== undefined) next.set(stream, { [key]: formatInstant(to) });
    const before = key === undefined ? undefined : bookmark[key];
    const how = to === null ? 'is read from start_date again' : `continues from ${formatInstant(to)}`;
    changes.push(`${stream} ${how}; its bookmark was ${before ?? 'empty'}`);
    const ahead = key === undefined ? null : instantIn(bookmark, key);
    if (to !== null && ahead !== null && to > ahead) {
      changes.push(`${stream}: what changed between ${before} and then is not read`);
    }
  }
  return {
    next,
    changes: changes.length > 0 ? changes : [`${file}: holds no bookmarks, so nothing changed`],
  };
};

const notThere = (stream: string, possible: readonly string[], file: string): string => {
  const meant = didYouMean(stream, possible);
  return `${file}: has no bookmark of ${stream}, and there is no stream of that name${meant === null ? '' : `; did you mean ${meant}?`}`;
};
