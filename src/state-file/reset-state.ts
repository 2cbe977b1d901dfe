import { closest } from '../did-you-mean.ts';
import { UsageError } from '../errors.ts';
import type { Bookmark, KnownBookmark } from '../singer/parse-state.ts';
import type { Instant } from '../time/instant.ts';
import { formatInstant, parseInstant } from '../time/rfc3339.ts';
import type { TapState } from './tap-state.ts';

export interface ResetRequest {
  readonly streams: readonly string[] | 'all';
  /** What to set the bookmarks to; null removes them. */
  readonly to: Instant | null;
}

const isDate = (value: unknown): boolean => typeof value === 'string' && parseInstant(value) !== null;

/** Removes or sets bookmarks, with all that the tap noted beside them. @param file named in complaints */
export const resetState = (
  state: TapState,
  { streams, to }: ResetRequest,
  file: string,
  known: readonly KnownBookmark[],
): { readonly next: TapState; readonly changes: readonly string[] } => {
  const present = Object.keys(state.bookmarks);
  const chosen = streams === 'all' ? present : [...new Set(streams)];
  const possible = [...new Set([...present, ...known.map(({ stream }) => stream)])];
  const unknown = chosen.filter((stream) => !possible.includes(stream));
  if (unknown.length > 0) throw new UsageError(unknown.map((stream) => notThere(stream, possible, file)));
  const absent = chosen.filter((stream) => !present.includes(stream));

  const keyOf = (stream: string, bookmark: Bookmark): string | undefined =>
    known.find((entry) => entry.stream === stream)?.key ??
    Object.keys(bookmark).find((key) => isDate(bookmark[key]));
  const bookmarks: Record<string, Bookmark> = {};
  const changes: string[] = [];
  const all = {
    ...state.bookmarks,
    ...(to === null ? {} : Object.fromEntries(absent.map((stream) => [stream, {}]))),
  };
  if (to === null) {
    for (const stream of absent)
      changes.push(`${stream} has no bookmark, so it is read from start_date anyway`);
  }
  for (const [stream, bookmark] of Object.entries<Bookmark>(all)) {
    if (!chosen.includes(stream)) {
      bookmarks[stream] = bookmark;
      continue;
    }
    const key = keyOf(stream, bookmark);
    const before = key === undefined ? undefined : bookmark[key];
    if (to !== null && key === undefined) {
      throw new UsageError([`${file}: ${stream} has no date that could be set; leave --to out to remove it`]);
    }
    if (to !== null && key !== undefined) bookmarks[stream] = { [key]: formatInstant(to) };
    const next = to === null ? 'is read from start_date again' : `goes on from ${formatInstant(to)}`;
    changes.push(`${stream} ${next}; its bookmark was ${before ?? 'empty'}`);
    const ahead = typeof before === 'string' ? parseInstant(before) : null;
    if (to !== null && ahead !== null && to > ahead) {
      changes.push(`${stream}: what changed between ${before} and then is not read`);
    }
  }
  const interrupted = state.currentlySyncing !== null && chosen.includes(state.currentlySyncing);
  return {
    next: { ...state, bookmarks, currentlySyncing: interrupted ? null : state.currentlySyncing },
    changes: changes.length > 0 ? changes : [`${file}: holds no bookmarks, so nothing changed`],
  };
};

const notThere = (stream: string, possible: readonly string[], file: string): string => {
  const meant = closest(stream, possible);
  return `${file}: has no bookmark of ${stream}, and no stream is called so${meant === null ? '' : `; did you mean ${meant}?`}`;
};
