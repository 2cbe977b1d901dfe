import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';
import { fromMillis, type Instant } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';
import { keptAt, listCopies } from './copies.ts';
import { parseOwnState } from './own-state.ts';
import { ageText, aligned } from './show-state.ts';

/** An older state, with the facts that help a person to choose one. */
export interface DescribedCopy {
  readonly file: string;
  /** When the state file stopped holding it, as RFC 3339. */
  readonly held_until: string;
  /** How many streams it has; null when it cannot be read. */
  readonly streams: number | null;
  /** The newest of its bookmarks. */
  readonly newest_bookmark: string | null;
}

/** The older states beside a state file, the newest first. */
export const describeCopies = async (
  path: string,
  known: readonly KnownBookmark[],
): Promise<readonly DescribedCopy[]> => {
  const copies = await listCopies(path);
  return Promise.all(
    copies.toReversed().map(async (file) => {
      const held_until = new Date(keptAt(path, file)).toISOString();
      const state = await stateIn(file, known);
      if (state === null) return { file, held_until, streams: null, newest_bookmark: null };
      const dates = known.flatMap(({ stream, key }) => {
        const value = state.bookmark(stream)[key];
        return typeof value === 'string' && parseInstant(value) !== null ? [value] : [];
      });
      const newest = dates.sort((a, b) => (parseInstant(a) ?? 0) - (parseInstant(b) ?? 0)).at(-1) ?? null;
      return { file, held_until, streams: state.streams.length, newest_bookmark: newest };
    }),
  );
};

const stateIn = async (file: string, known: readonly KnownBookmark[]): Promise<State | null> => {
  try {
    return parseOwnState(JSON.parse(await readFile(file, 'utf8')), file, known);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UsageError) return null;
    throw error;
  }
};

/** The older states as a table. */
export const copiesTable = (copies: readonly DescribedCopy[], now: Instant): string => {
  if (copies.length === 0) return 'no older states';
  const rows = copies.map(({ file, held_until, streams, newest_bookmark }) => {
    const age = Math.round((now - fromMillis(Date.parse(held_until))) / 1_000_000);
    return [
      file,
      `${ageText(Math.max(0, age))} ago`,
      streams === null ? 'cannot be read' : `${streams}`,
      newest_bookmark ?? '',
    ];
  });
  return `${aligned([['FILE', 'HELD UNTIL', 'STREAMS', 'NEWEST BOOKMARK'], ...rows]).join('\n')}`;
};
