import { UsageError } from '../errors.ts';
import { isTooDeep } from '../json/depth.ts';
import type { KnownBookmark } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';
import { holdsBookmarks } from '../singer/state-shape.ts';
import { parseOwnState } from './own-state.ts';

/**
 * The state that a line of a target's output confirms. Targets print other things too, and any of them may be JSON.
 * Only a value that the tap can start from again is a state.
 * @returns null when the line is something else
 */
export const readConfirmedState = (line: string, known: readonly KnownBookmark[]): State | null => {
  const text = line.trim();
  if (!text.startsWith('{') || isTooDeep(text)) return null;
  try {
    const json: unknown = JSON.parse(text);
    return holdsBookmarks(json) ? parseOwnState(json, 'target', known) : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UsageError) return null;
    throw error;
  }
};
