import { describe, expect, test } from 'vitest';
import { listFields, objectFields } from '../../src/close/fields-by-id.ts';
import type { Api } from '../../src/close/walk.ts';
import { ProtocolError } from '../../src/errors.ts';

const ids = Array.from({ length: 120 }, (_, index) => `id_${index}`);

/** @param page how many rows the server gives at most */
const arrange = (answer: (asked: readonly string[]) => readonly string[], page = 1000) => {
  const asked: string[][] = [];
  const api: Api = {
    fetch: async ({ query }, parse) => {
      const wanted = String(query?.id__in).split(',');
      asked.push(wanted);
      expect(query?._fields).toBe('id,size');
      const found = answer(wanted);
      const data = found.slice(0, page).map((id) => ({ id, size: id.length }));
      return parse({ data, has_more: found.length > page });
    },
  };
  return {
    asked,
    read: () => listFields('/thing/', ids, ['size'], { api, stream: 'things', max_concurrency: 3 }),
  };
};

describe('fields by name and id', () => {
  test('are asked for fifty objects at a time', async () => {
    const { asked, read } = arrange((wanted) => wanted.filter((id) => id !== 'id_7'));

    const found = await read();

    expect(asked.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect([...found.keys()].sort()).toEqual(ids.filter((id) => id !== 'id_7').sort());
    expect(found.get('id_11')).toEqual({ id: 'id_11', size: 5 });
  });

  test('are asked for again if the server gives smaller pages', async () => {
    const { read } = arrange((wanted) => wanted, 20);

    expect([...(await read()).keys()].sort()).toEqual([...ids].sort());
  });

  test('are not taken from a list that ignores the ids', async () => {
    await expect(arrange(() => ['stranger']).read()).rejects.toThrow(ProtocolError);
  });

  test.each([
    ['another object', { id: 'id_2' }],
    ['a list', []],
  ])('of one object are not %s', async (_, body) => {
    const api: Api = { fetch: async (_request, parse) => parse(body) };

    const reading = async () =>
      objectFields('/thing/', 'id_1', ['size'], { api, stream: 'things', max_concurrency: 1 });

    await expect(reading()).rejects.toThrow(ProtocolError);
  });
});
