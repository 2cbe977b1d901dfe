import { isRefused } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { checkStream, meaningOf } from './check.ts';
import type { Run } from './run.ts';

/**
 * Why the key may not read a stream that has failed, in the words of `check`; null where something else has failed it.
 * One refused request may have been a wrong one. So the plainest page of the stream is asked for, too: where Close
 * gives that, the key may read the stream, and its failure is to be told as one.
 */
export const whyClosed = async (
  error: unknown,
  definition: StreamDefinition,
  { api, definitions, now }: Pick<Run, 'api' | 'definitions' | 'now'>,
): Promise<string | null> => {
  if (!isRefused(error)) return null;
  try {
    await checkStream(definition, api, definitions, now());
    return null;
  } catch (again) {
    return isRefused(again) ? meaningOf(again) : null;
  }
};
