import { describe, expect, test } from 'vitest';
import {
  isClosed,
  isDeleted,
  isExpiredCursor,
  isMissing,
  isNotTaken,
  isSkipCapped,
} from '../../src/close/refusals.ts';
import { AuthenticationError, FinalError, PassingError, RefusedError } from '../../src/errors.ts';

const request = 'GET /thing/';
const refused = (status: number, what = 'no') => new RefusedError(what, { request, status });

describe('a refusal', () => {
  test.each([
    [400, [isNotTaken, isExpiredCursor, isSkipCapped]],
    [402, [isClosed]],
    [403, [isClosed]],
    [404, [isMissing, isDeleted]],
    [405, []],
  ])('by %i means what Close means by it', (status, meant) => {
    const all = [isNotTaken, isExpiredCursor, isSkipCapped, isClosed, isMissing, isDeleted];

    expect(all.filter((means) => means(refused(status)))).toEqual(
      all.filter((means) => meant.includes(means)),
    );
  });

  test('of a path that does not exist is not the same as that of a deleted object', () => {
    const error = refused(404, '404: not found: The requested URL was not found on the server.');

    expect([isMissing(error), isDeleted(error)]).toEqual([true, false]);
  });
});

test.each([
  new PassingError('400', { request, status: 400 }),
  new FinalError('400', { request, status: 400 }),
  new AuthenticationError('403', { request, status: 403 }),
  new Error('404'),
])('an error that is not a refusal means nothing of this: $name', (error) => {
  expect([isNotTaken, isClosed, isMissing].some((means) => means(error))).toBe(false);
});
