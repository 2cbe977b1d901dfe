import { describe, expect, test } from 'vitest';
import { type ByIdPaths, readByIds } from '../../src/close/by-ids.ts';
import type { Api, WalkContext } from '../../src/close/walk.ts';
import { ApiError, ProtocolError } from '../../src/errors.ts';
import { walkContext } from './walk-context.ts';
import { refused } from './walks/scripted-walk.ts';

const arrange = (
  answer: (asked: readonly string[]) => readonly string[],
  most = Number.POSITIVE_INFINITY,
) => {
  const requests: string[][] = [];
  const api: Api = {
    fetch: async ({ query }, parse) => {
      const asked = String(query?.id__in).split(',');
      requests.push(asked);
      const found = answer(asked).map((id) => ({ id }));
      return parse({ data: found.slice(0, most), has_more: found.length > most });
    },
  };
  const { context, emit, walked } = walkContext({ api, max_concurrency: 3 });
  const ids = Array.from({ length: 120 }, (_, index) => `id_${index}`);
  return {
    requests,
    emitted: walked.ids,
    ids,
    reading: () => readByIds({ list: '/thing/' }, ids, () => true, context, emit),
  };
};

test('objects are asked for fifty at a time, and deleted ones do not come', async () => {
  const { requests, emitted, ids, reading } = arrange((asked) => asked.filter((id) => id !== 'id_7'));

  await reading();

  expect(requests.map(({ length }) => length)).toEqual([50, 50, 20]);
  expect(emitted.sort()).toEqual(ids.filter((id) => id !== 'id_7').sort());
});

test('after a page that is smaller than was asked for, the others are asked for again', async () => {
  const { emitted, ids, reading } = arrange((asked) => asked, 20);

  await reading();

  expect(emitted.sort()).toEqual([...ids].sort());
});

test('a page with everything that was asked for is the last, even if it says that there is more', async () => {
  const asked: string[] = [];
  const api: Api = {
    fetch: async ({ query }, parse) => {
      asked.push(String(query?.id__in));
      return parse({ data: [{ id: 'id_1' }, { id: 'id_2' }], has_more: true });
    },
  };
  const { context, emit, walked } = walkContext({ api, max_concurrency: 1 });

  await readByIds({ list: '/thing/' }, ['id_1', 'id_2'], () => true, context, emit);

  expect(asked).toEqual(['id_1,id_2']);
  expect(walked.ids).toEqual(['id_1', 'id_2']);
});

test('a server that ignores the ids is an error', async () => {
  const { reading } = arrange(() => ['id_0', 'stranger']);

  await expect(reading()).rejects.toThrow(ProtocolError);
});

type Reply = Readonly<Record<string, unknown>> | ApiError;

/** A Close that answers by path. Single objects are asked for after the list. */
const close = (replies: Readonly<Record<string, Reply>>) => {
  const asked: string[] = [];
  const api: Api = {
    fetch: async ({ path, query = {} }, parse) => {
      const fields = query._fields === undefined ? '' : ` ${query._fields}`;
      asked.push(`${path}${fields}`);
      const reply = replies[`${path}${fields}`] ?? replies[path] ?? refused(404);
      if (reply instanceof ApiError) throw reply;
      return parse(reply);
    },
  };
  const { context, emit, walked } = walkContext({ api });
  const read = (paths: ByIdPaths, ids: readonly string[], more: Partial<WalkContext> = {}) =>
    readByIds(paths, ids, ({ version }) => version !== 'old', { ...context, ...more }, emit);
  return { asked, emitted: walked.rows, warnings: walked.warnings, read };
};
const LIST_AND_ONE = { list: '/thing/', one: '/thing/' };
const listed = (...data: object[]) => ({ data, has_more: false });

describe('single objects', () => {
  test('are asked for if the list lacks them or has an old version; a 404 is a delete', async () => {
    const { asked, emitted, read } = close({
      '/thing/': listed({ id: 'a' }, { id: 'b', version: 'old' }),
      '/thing/b/': { id: 'b', version: 'new' },
    });

    await read(LIST_AND_ONE, ['a', 'b', 'gone']);

    expect(asked).toEqual(['/thing/', '/thing/b/', '/thing/gone/']);
    expect(emitted.at(-1)).toEqual({ id: 'b', version: 'new' });
  });

  test.each([
    ['refuses the ids', refused(400)],
    ['ignores the ids', listed({ id: 'stranger' })],
  ])('are asked for where the list %s', async (_, reply) => {
    const { emitted, read } = close({ '/thing/': reply, '/thing/a/': { id: 'a' }, '/thing/b/': { id: 'b' } });

    await read(LIST_AND_ONE, ['a', 'b']);

    expect(emitted.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('fail with a message when another object comes', async () => {
    const { read } = close({ '/thing/a/': { id: 'b' } });

    await expect(read({ one: '/thing/' }, ['a'])).rejects.toThrow('asked for a, the server answered with b');
  });

  test('that the key may not read are left out with a warning', async () => {
    const { warnings, read } = close({ '/thing/a/': refused(403) });

    await read({ one: '/thing/' }, ['a']);

    expect(warnings).toHaveLength(1);
  });

  test('are not asked for by a text that is not an id', async () => {
    const { asked, warnings, read } = close({});

    await read(LIST_AND_ONE, ['..', 'a,b', 'a/b', '']);

    expect(asked.filter((path) => path !== '/thing/')).toEqual([]);
    expect(warnings).toEqual(['the event log has ids that are not ids of Close, such as ".."; skipped: 4']);
  });
});

describe('the fields that the walk asked for', () => {
  const learned = { learned: { fields: ['id', 'name'] } };

  test('are asked for by ids too', async () => {
    const { asked, read } = close({ '/thing/': listed({ id: 'a' }) });

    await read(LIST_AND_ONE, ['a'], learned);

    expect(asked).toEqual(['/thing/ id,name']);
  });

  test('are left out if they are refused', async () => {
    const { asked, emitted, read } = close({
      '/thing/ id,name': refused(400),
      '/thing/': listed({ id: 'a' }),
      '/thing/b/': { id: 'b' },
    });

    await read(LIST_AND_ONE, ['a', 'b'], learned);

    expect(asked).toEqual(['/thing/ id,name', '/thing/', '/thing/b/']);
    expect(emitted.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});
