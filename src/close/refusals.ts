import { RefusedError } from '../errors.ts';

/**
 * What Close means by a refusal. It says so by a status alone, and the same one means different things in different
 * places, so each meaning has a name here, and nothing else compares a status with a number.
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

/** Of a request with fields, a filter or a sort: it is not taken as it is. */
export const isNotTaken = means('not taken');
/** Of a request with a cursor: it is not known any more, as after thirty seconds. */
export const isExpiredCursor = isNotTaken;
/** Of a request with `_skip`: no further than this. */
export const isSkipCapped = isNotTaken;
/** The role of the key or the plan of its organisation does not include it. */
export const isClosed = means('not for this key', 'not in the plan');
/** There is no such object, or this organisation has no such list. */
export const isMissing = means('missing');

const NO_SUCH_URL = /requested URL was not found/;

/** The object was deleted; a path that does not exist is another matter. */
export const isDeleted = (error: unknown): error is RefusedError =>
  isMissing(error) && !NO_SUCH_URL.test(error.message);
