import type { Definitions } from '../close/definitions.ts';
import { type Refusal, refusalOf } from '../close/refusals.ts';
import type { Api, WalkContext } from '../close/walk.ts';
import { ApiError, messageOf, RefusedError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { DAY, type Instant } from '../time/instant.ts';

class SeenEnoughError extends Error {
  override name = 'SeenEnoughError';
}

const BY_ROLE = {
  reason: "the key's role may not read it",
  remedy: 'ask an admin of the organization for a key',
};
const REFUSALS: Readonly<Record<Refusal, { readonly reason: string; readonly remedy?: string } | null>> = {
  'not taken': BY_ROLE,
  'not in the plan': { reason: "the organization's plan does not include it" },
  'not for this key': BY_ROLE,
  missing: { reason: 'this organization does not have it' },
  other: null,
};

const explain = (error: unknown, otherRemedies: readonly string[]): string => {
  if (!(error instanceof ApiError)) return messageOf(error);
  if (error.status === null) return `the API was not reached (${error.message})`;
  const refusal = error instanceof RefusedError ? REFUSALS[refusalOf(error)] : null;
  if (!refusal) return messageOf(error);
  const remedies = [...(refusal.remedy ? [refusal.remedy] : []), ...otherRemedies].join(', or ');
  return `${refusal.reason}${remedies === '' ? '' : `; ${remedies}`} (${error.message})`;
};

/** What an error means to someone who wants to read a stream, and what to do. */
export const meaningOf = (error: unknown): string => explain(error, ['deselect the stream']);

/** The same for a stream that is not selected. */
export const meaningUnselected = (error: unknown): string => explain(error, []);

/**
 * Reads one page of a stream and drops it. A stream that is listed parent by parent is read for one parent.
 * @throws the error that keeps the stream from being read
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
    max_concurrency: 1,
    page_size: 2,
    date_window: null,
    mostParents: 1,
    leads_overlap_seconds: 0,
    columns: [],
    known: [],
    now: () => now,
    latest: () => now,
    startedAt: () => now,
    warn: () => {},
    withoutId: () => {},
  };
  try {
    const range = { from: now - DAY, finished: [], alsoFinished: [], finishedAt: null };
    await walk.read(range, context, () => Promise.reject(new SeenEnoughError()));
  } catch (error) {
    if (!(error instanceof SeenEnoughError)) throw error;
  }
};
