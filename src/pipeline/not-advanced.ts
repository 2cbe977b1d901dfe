import { EXIT_OK } from '../errors.ts';
import type { PipelineOutcome } from './pipeline.ts';

/** What a target has confirmed: a state with bookmarks, only states without bookmarks, or nothing. */
export type Confirmed = 'bookmarks' | 'empty' | 'nothing';

/**
 * The reason why the next run reads the same records again although nothing failed; null when it does not.
 * @param hasBookmarks whether the tap reads streams that have bookmarks
 */
export const whyNotAdvanced = (
  confirmed: Confirmed,
  hasBookmarks: boolean,
  { bytes, tap }: Pick<PipelineOutcome, 'bytes' | 'tap'>,
): string | null => {
  if (bytes === 0 || confirmed === 'bookmarks') return null;
  if (confirmed === 'nothing') return 'the target printed no state';
  // Full tables have no bookmarks, and a tap that failed may have none yet: then an empty state is right.
  return hasBookmarks && tap.code === EXIT_OK ? 'the target printed only empty states' : null;
};
