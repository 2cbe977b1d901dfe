import { createDefinitions } from '../close/definitions.ts';
import type { Api, WalkContext } from '../close/walk.ts';
import { ApiError, AuthenticationError, describe } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { DAY, type Instant } from '../time.ts';

/** Whether one table may be read, and if not, what that means. */
export interface Access {
  readonly stream: string;
  readonly readable: boolean;
  readonly meaning: string;
}

class SeenEnoughError extends Error {
  override name = 'SeenEnoughError';
}

const meaningOf = (error: unknown): string => {
  if (!(error instanceof ApiError)) return describe(error);
  const hint: Readonly<Record<number, string>> = {
    400: "the key's role may not read it; ask an admin of the organisation for a key, or deselect the stream",
    403: "the key's role may not read it; ask an admin of the organisation for a key, or deselect the stream",
    404: 'this organisation does not have it; deselect the stream',
  };
  const meant = error.status === null ? 'the API was not reached' : hint[error.status];
  return meant ? `${meant} (${error.message})` : error.message;
};

/**
 * Reads a page of each stream, and throws it away. One after the other: a check is to be gentle.
 * @throws AuthenticationError when the key is not valid
 */
export const checkStreams = async (
  streams: readonly StreamDefinition[],
  api: Api,
  now: Instant,
): Promise<Access[]> => {
  const definitions = createDefinitions({ api, pageSize: null });
  const context: Omit<WalkContext, 'stream'> = {
    api,
    definitions,
    parallel: 1,
    pageSize: 2,
    windowDays: null,
    indexLag: 0,
    columns: [],
    now: () => now,
    startedAt: () => now,
    emit: () => Promise.reject(new SeenEnoughError()),
    warn: () => {},
    nameless: () => {},
  };
  const results: Access[] = [];
  for (const { name, walk } of streams) {
    try {
      await walk.read({ from: now - DAY, finished: [], finishedAt: null }, { ...context, stream: name });
      results.push({ stream: name, readable: true, meaning: '' });
    } catch (error) {
      if (error instanceof AuthenticationError) throw error;
      const readable = error instanceof SeenEnoughError;
      results.push({ stream: name, readable, meaning: readable ? '' : meaningOf(error) });
    }
  }
  return results;
};
