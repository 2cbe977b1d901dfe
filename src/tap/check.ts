import type { Definitions } from '../close/definitions.ts';
import type { Api, WalkContext } from '../close/walk.ts';
import { ApiError, describe } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { DAY, type Instant } from '../time/instant.ts';

class SeenEnoughError extends Error {
  override name = 'SeenEnoughError';
}

const HINTS: Readonly<Record<number, string>> = {
  400: "the key's role may not read it; ask an admin of the organisation for a key, or deselect the stream",
  402: "the organisation's plan does not include it; deselect the stream",
  403: "the key's role may not read it; ask an admin of the organisation for a key, or deselect the stream",
  404: 'this organisation does not have it; deselect the stream',
};

/** What an error means to whoever wants to read a stream, and what to do. */
export const meaningOf = (error: unknown): string => {
  if (!(error instanceof ApiError)) return describe(error);
  const meant = error.status === null ? 'the API was not reached' : HINTS[error.status];
  return meant ? `${meant} (${error.message})` : error.message;
};

/**
 * Reads one page of a stream and throws it away; where it is listed parent by parent, that of one parent.
 * @throws what keeps it from being read
 */
export const checkStream = async (
  { name, walk }: StreamDefinition,
  api: Api,
  definitions: Definitions,
  now: Instant,
): Promise<void> => {
  const context: WalkContext = {
    api,
    definitions,
    stream: name,
    parallel: 1,
    pageSize: 2,
    windowDays: null,
    mostParents: 1,
    indexLag: 0,
    columns: [],
    known: [],
    now: () => now,
    latest: () => now,
    startedAt: () => now,
    emit: () => Promise.reject(new SeenEnoughError()),
    warn: () => {},
    nameless: () => {},
  };
  try {
    await walk.read({ from: now - DAY, finished: [], alsoFinished: [], finishedAt: null }, context);
  } catch (error) {
    if (!(error instanceof SeenEnoughError)) throw error;
  }
};
