import { isClosed } from '../close/refusals.ts';
import { RefusedError } from '../errors.ts';
import { hasBeenRead } from '../singer/bookmark.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { checkStream, meaningOf } from './check.ts';
import type { Run } from './run.ts';

/**
 * Whether an error may simply mean that the key may not read a stream. Such a stream is left out if it is read by default.
 * - If `needs` says that not every key may read the stream, any refusal may mean it.
 * - Any other stream that was read before and is refused now has failed. Otherwise its table would get no new rows while
 *   everything seems well. A 400 is a failure as well, because the tap's own request may be wrong.
 */
export const mayBeClosed = (
  error: unknown,
  { name, needs }: StreamDefinition,
  { state }: Pick<Run, 'state'>,
): boolean => {
  if (!(error instanceof RefusedError)) return false;
  const wasRead = hasBeenRead(state.bookmark(name));
  return needs !== undefined || (isClosed(error) && !wasRead);
};

/**
 * Why the key may not read a stream that has failed, in the words of `check`; null if it failed for another reason. The
 * refused request may have been wrong, so the simplest page of the stream is asked for too. If Close returns that page, the
 * key may read the stream, and the stream has really failed.
 */
export const whyClosed = async (
  error: unknown,
  definition: StreamDefinition,
  { api, definitions, now, state }: Pick<Run, 'api' | 'definitions' | 'now' | 'state'>,
): Promise<string | null> => {
  if (!mayBeClosed(error, definition, { state })) return null;
  try {
    await checkStream(definition, api, definitions, now());
    return null;
  } catch (again) {
    return again instanceof RefusedError ? meaningOf(again) : null;
  }
};
