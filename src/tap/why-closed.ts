import { isClosed } from '../close/refusals.ts';
import { RefusedError } from '../errors.ts';
import { hasBeenRead } from '../singer/bookmark.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { checkStream, meaningOf } from './check.ts';
import type { Run } from './run.ts';

/**
 * Whether an error may mean no more than that the key may not read a stream, which is then left out if it is read by
 * default. Of some streams it is known that not every key may read them. Any other that was read before and is refused now
 * is a failure, or its table would stand still while all seems well; so is a 400, which may be a mistake of ours.
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
 * Why the key may not read a stream that has failed, in the words of `check`; null where something else has failed it.
 * One refused request may have been a wrong one. So the plainest page of the stream is asked for, too: where Close
 * gives that, the key may read the stream, and its failure is to be told as one.
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
