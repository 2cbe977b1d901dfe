import { describe, expect, test } from 'vitest';
import { withFewFields } from '../../src/close/few-fields.ts';
import { RefusedError } from '../../src/errors.ts';
import type { ApiRequest } from '../../src/http/request.ts';

const refusal = new RefusedError('400', { status: 400, request: 'GET /x/' });

/** Asks for pages of these paths; `refuses` says what is answered with a 400. */
const ask = async (paths: readonly string[], refuses: (request: ApiRequest) => boolean = () => false) => {
  const asked: (readonly [string, string | undefined])[] = [];
  const api = withFewFields(
    {
      fetch: async (request, parse) => {
        asked.push([request.path, request.query?._fields]);
        if (refuses(request)) throw refusal;
        return parse({});
      },
    },
    ['id', 'date_updated'],
  );
  for (const path of paths)
    await api
      .fetch({ method: 'GET', path, query: { _limit: '100' } }, () => null)
      .catch((error: unknown) => {
        if (error !== refusal) throw error;
      });
  await api.fetch({ method: 'GET', path: '/me/' }, () => null);
  return asked.slice(0, -1);
};

const FEW = 'id,date_updated';

describe('pages with few fields', () => {
  test('are asked for by name', async () => {
    expect(await ask(['/a/', '/a/'])).toEqual([
      ['/a/', FEW],
      ['/a/', FEW],
    ]);
  });

  test('are asked for with all fields if the names are refused, from then on', async () => {
    const refuses = ({ path, query }: ApiRequest) => path === '/a/' && query?._fields !== undefined;

    expect(await ask(['/a/', '/a/', '/b/'], refuses)).toEqual([
      ['/a/', FEW],
      ['/a/', undefined],
      ['/a/', undefined],
      ['/b/', FEW],
    ]);
  });

  test('are asked for by name again if something else was refused', async () => {
    expect(await ask(['/a/', '/a/'], ({ path }) => path === '/a/')).toEqual([
      ['/a/', FEW],
      ['/a/', undefined],
      ['/a/', FEW],
      ['/a/', undefined],
    ]);
  });
});
