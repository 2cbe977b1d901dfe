import { expect, test } from 'vitest';
import { readByIds } from '../../src/close/by-ids.ts';
import type { Api, WalkContext } from '../../src/close/walk.ts';
import { ProtocolError } from '../../src/errors.ts';

const arrange = (answer: (asked: readonly string[]) => readonly string[]) => {
  const requests: string[][] = [];
  const emitted: string[] = [];
  const api: Api = {
    fetch: async ({ query }, parse) => {
      const asked = String(query?.id__in).split(',');
      requests.push(asked);
      return parse({ data: answer(asked).map((id) => ({ id })), has_more: false });
    },
  };
  const context: Pick<WalkContext, 'api' | 'stream' | 'parallel' | 'emit'> = {
    api,
    stream: 'things',
    parallel: 3,
    emit: async (rows) => {
      emitted.push(...rows.map(({ id }) => id));
    },
  };
  const ids = Array.from({ length: 120 }, (_, index) => `id_${index}`);
  return { requests, emitted, ids, reading: () => readByIds('/thing/', ids, context as WalkContext) };
};

test('objects are asked for fifty at a time, and those that are gone do not come', async () => {
  const { requests, emitted, ids, reading } = arrange((asked) => asked.filter((id) => id !== 'id_7'));

  await reading();

  expect(requests.map(({ length }) => length)).toEqual([50, 50, 20]);
  expect(emitted.sort()).toEqual(ids.filter((id) => id !== 'id_7').sort());
});

test('a server that ignores the ids is not believed', async () => {
  const { reading } = arrange(() => ['id_0', 'stranger']);

  await expect(reading()).rejects.toThrow(ProtocolError);
});
