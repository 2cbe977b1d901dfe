import { RefusedError } from '../errors.ts';

/**
 * What Close means by a refusal. Close says it by the HTTP status alone, and one status means different things in
 * different requests. So each meaning has a name here. Outside this file, only `http/` and `probes/` compare a status
 * with a number.
 */
export type Refusal = 'not taken' | 'not in the plan' | 'not for this key' | 'missing' | 'other';

const MEANINGS: Readonly<Record<number, Refusal>> = {
  400: 'not taken',
  402: 'not in the plan',
  403: 'not for this key',
  404: 'missing',
};

export const refusalOf = ({ status }: RefusedError): Refusal => MEANINGS[status] ?? 'other';

const means =
  (...meanings: readonly Refusal[]) =>
  (error: unknown): error is RefusedError =>
    error instanceof RefusedError && meanings.includes(refusalOf(error));

/** The server does not accept a request with these fields, this filter or this sort. */
export const isNotTaken = means('not taken');
/** For a request with a cursor: the server no longer knows the cursor. A search forgets it after thirty seconds. */
export const isExpiredCursor = isNotTaken;
/** For a request with `_skip`: the server does not go that far. */
export const isSkipCapped = isNotTaken;
/** The role of the key, or the plan of its organization, does not allow it. */
export const isClosed = means('not for this key', 'not in the plan');
/** There is no such object, or this organization does not have that list. */
export const isMissing = means('missing');

/** The message about a list that is missing. Everything else can be read without it. */
export const noSuchList = (path: string): string =>
  `${path} does not exist in this account; its rows are not read`;

/** The message about an object that was in a list and is missing now. */
export const goneMeanwhile = (id: string): string => `${id} was deleted before it could be read`;

const NO_SUCH_URL = /requested URL was not found/;

/** The object was deleted. A path that does not exist also answers 404, but with another text. */
export const isDeleted = (error: unknown): error is RefusedError =>
  isMissing(error) && !NO_SUCH_URL.test(error.message);
