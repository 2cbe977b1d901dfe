import { readFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';
import { renderTable } from '../terminal/columns.ts';
import type { Redact } from '../terminal/redact.ts';
import { fromMillis, type Instant } from '../time/instant.ts';
import { keptAt, listCopies } from './copies.ts';
import { parseOwnState } from './own-state.ts';
import { agoText } from './show-state.ts';

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
      const dated = known.flatMap(({ stream, key }) => {
        const at = state.instant(stream, key);
        return at === null ? [] : [{ at, text: String(state.bookmark(stream)[key]) }];
      });
      const newest = dated.sort((a, b) => a.at - b.at).at(-1)?.text ?? null;
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
export const copiesTable = (copies: readonly DescribedCopy[], now: Instant, redact: Redact): string => {
  if (copies.length === 0) return 'no older states';
  const rows = copies.map(({ file, held_until, streams, newest_bookmark }) => {
    return [
      file,
      agoText(fromMillis(Date.parse(held_until)), now),
      streams === null ? 'cannot be read' : `${streams}`,
      newest_bookmark ?? '',
    ];
  });
  return renderTable([['FILE', 'HELD UNTIL', 'STREAMS', 'NEWEST BOOKMARK'], ...rows], redact).join('\n');
};
