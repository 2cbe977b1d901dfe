import { isClosed } from '../close/refusals.ts';
import { RefusedError } from '../errors.ts';
import { hasBeenRead } from '../singer/bookmark.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { checkStream, meaningOf } from './check.ts';
import type { Run } from './run.ts';

/**
 * Whether an error may simply mean that the key may not read a stream. Such a stream is left out if it is read by
 * default. For some streams it is known that not every key may read them. Any other stream that was read before and is
 * refused now is a failure: otherwise its table would get no new rows while all seems well. For these streams, a 400
 * is a failure too: it may be our own mistake.
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
 * Why the key may not read a stream that has failed, in the words of `check`; null when it failed for another reason.
 * One refused request may have been a wrong request. So the simplest page of the stream is asked for too. If Close
 * returns that page, the key may read the stream, and its failure is reported as a failure.
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
