import { UsageError } from '../errors.ts';
import type { KnownBookmark } from '../singer/parse-state.ts';
import { parseTapState, type TapState } from './tap-state.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Some targets print the message or the wrapping along with the state. */
const hasBookmarks = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  if (isObject(value.bookmarks)) return true;
  return hasBookmarks(value.type === 'STATE' ? value.value : value.singer_state);
};

/**
 * The state that a line of a target's output confirms. Targets print other things too, and any of them may be JSON:
 * only what the tap can start from again is a state.
 * @returns null when the line is something else
 */
export const readConfirmedState = (line: string, known: readonly KnownBookmark[]): TapState | null => {
  const text = line.trim();
  if (!text.startsWith('{')) return null;
  try {
    const json: unknown = JSON.parse(text);
    return hasBookmarks(json) ? parseTapState(json, 'target', known) : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UsageError || error instanceof RangeError)
      return null;
    throw error;
  }
};
