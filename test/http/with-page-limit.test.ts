import { expect, test } from 'vitest';
import { RefusedError } from '../../src/errors.ts';
import type { ApiRequest } from '../../src/http/request.ts';
import { withPageLimit } from '../../src/http/with-page-limit.ts';

const { signal } = new AbortController();
const list = (limit: number, more: Record<string, string> = {}): ApiRequest => ({
  method: 'GET',
  path: '/activity/',
  query: { _limit: String(limit), ...more },
});

/** A server that accepts pages of at most `most` rows, and refuses larger ones with its own message. */
const serverOf = (most: number, refusal: object) => {
  const asked: number[] = [];
  const send = withPageLimit()(async (request) => {
    const body = request.body as { _limit?: number } | undefined;
    const limit = Number(request.query?._limit ?? body?._limit);
    asked.push(limit);
    if (limit <= most) return { status: 200, headers: {}, text: '{}' };
    throw new RefusedError('400: the request was refused', { request: 'GET', status: 400, body: refusal });
  });
  return { asked, send };
};

test.each([
  [
    'a sentence',
    { error: 'The limit you set is larger than the maximum limit for this resource (max_limit = 50).' },
  ],
  ['a field error', { errors: [], 'field-errors': { _limit: 'Input should be less than or equal to 50' } }],
  ['a list of field errors', { 'field-errors': { _limit: ['The value must not be larger than 50.'] } }],
])(
  'a page that is too large is asked for again with the size that %s names, and the next pages at once',
  async (_, refusal) => {
    const { asked, send } = serverOf(50, refusal);

    await send(list(100), signal);
    await send(list(100, { _skip: '49' }), signal);
    await send(list(10), signal);

    expect(asked).toEqual([100, 50, 50, 10]);
  },
);

test('the limit of a search is in its body', async () => {
  const { asked, send } = serverOf(20, { error: 'max_limit = 20' });

  await send({ method: 'POST', path: '/data/search/', body: { _limit: 200, query: {} } }, signal);

  expect(asked).toEqual([200, 20]);
});

test('if the refusal names no number, the usual page size is asked for', async () => {
  const { asked, send } = serverOf(100, { error: 'no' });

  await send(list(1000), signal);

  expect(asked).toEqual([1000, 100]);
});

test.each([
  ['that names a larger limit', 100, { error: 'max_limit = 200' }],
  ['that names none', 50, { error: 'no access' }],
  ['of another parameter', 50, { 'field-errors': { _skip: 'Input should be less than or equal to 20' } }],
  ['of everything', 50, { error: 'max_limit = 0' }],
])('a refusal %s stays a refusal', async (_, limit, refusal) => {
  const { asked, send } = serverOf(0, refusal);

  await expect(send(list(limit), signal)).rejects.toMatchObject({ status: 400 });
  expect(asked).toEqual([limit]);
});

test('a refused _skip does not lead to a smaller page', async () => {
  const { asked, send } = serverOf(0, { error: 'max_skip = 400' });

  await expect(send(list(1000, { _skip: '500' }), signal)).rejects.toMatchObject({ status: 400 });
  expect(asked).toEqual([1000]);
});
