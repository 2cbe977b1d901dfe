import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/http/request.ts';
import { withConcurrency } from '../../src/http/with-concurrency.ts';

const OK: Reply = { status: 200, headers: {}, text: '{}' };
const { signal } = new AbortController();

/** A server that answers when the test says so. */
const heldServer = () => {
  const held: { path: string; answer: () => void; fail: (error: Error) => void }[] = [];
  return {
    held,
    send: (request: { readonly path: string }) =>
      new Promise<Reply>((resolve, reject) => {
        held.push({ path: request.path, answer: () => resolve(OK), fail: reject });
      }),
  };
};

/** An answer with a page of so many MiB. */
const withPage = (mib: number): { readonly reply: Reply; readonly released: () => boolean } => {
  let isReleased = false;
  const release = (): void => {
    isReleased = true;
  };
  const page = { bytes: Buffer.alloc(mib * 1024 * 1024), release };
  return { reply: { status: 200, headers: {}, text: '', page }, released: () => isReleased };
};

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('withConcurrency', () => {
  test('lets the given number through, and then one for each that ends, in order', async () => {
    const { held, send } = heldServer();
    const limited = withConcurrency(2)(send);

    const all = ['/a/', '/b/', '/c/', '/d/'].map((path) => limited({ method: 'GET', path }, signal));
    await settle();
    expect(held.map(({ path }) => path)).toEqual(['/a/', '/b/']);
    held[1]?.answer();
    await settle();
    expect(held.map(({ path }) => path)).toEqual(['/a/', '/b/', '/c/']);
    held[0]?.answer();
    held[2]?.answer();
    await settle();
    held[3]?.answer();

    expect(await Promise.all(all)).toHaveLength(4);
  });

  test('lets the stream with the fewest requests under way go first', async () => {
    const { held, send } = heldServer();
    const limited = withConcurrency(2)(send);
    const ask = (stream: string, path: string) => void limited({ method: 'GET', path, stream }, signal);

    for (const path of ['/a/1/', '/a/2/', '/a/3/', '/a/4/']) ask('a', path);
    ask('b', '/b/1/');
    ask('b', '/b/2/');
    for (let turn = 0; turn < 4; turn += 1) {
      await settle();
      held[turn]?.answer();
    }
    await settle();

    expect(held.map(({ path }) => path)).toEqual(['/a/1/', '/a/2/', '/b/1/', '/a/3/', '/b/2/', '/a/4/']);
  });

  test('is as at the beginning when all have ended', async () => {
    const { held, send } = heldServer();
    const limited = withConcurrency(1)(send);

    for (const path of ['/a/', '/b/', '/c/']) {
      const sending = limited({ method: 'GET', path }, signal);
      await settle();
      held.at(-1)?.answer();
      await settle();
      expect(held.at(-1)?.path).toBe(path);
      await sending;
    }

    expect(held).toHaveLength(3);
  });

  test('counts a failure as an end', async () => {
    const { held, send } = heldServer();
    const limited = withConcurrency(1)(send);

    const first = limited({ method: 'GET', path: '/a/' }, signal);
    const second = limited({ method: 'GET', path: '/b/' }, signal);
    held[0]?.fail(new Error('reset'));
    await expect(first).rejects.toThrow('reset');
    await settle();
    held[1]?.answer();

    expect(await second).toBe(OK);
  });

  test('never has more under way, whichever ends first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(9), { maxLength: 20 }),
        async (max, ends) => {
          const { held, send } = heldServer();
          const limited = withConcurrency(max)(send);
          let most = 0;
          const all = ends.map(() => limited({ method: 'GET', path: '/a/' }, signal));
          for (const which of ends) {
            await settle();
            most = Math.max(most, held.length);
            held.splice(which % held.length, 1)[0]?.answer();
          }

          await Promise.all(all);

          expect(most).toBe(Math.min(max, ends.length));
        },
      ),
    );
  });

  test('sends nothing more while pages that are not decoded have too many bytes', async () => {
    const asked: string[] = [];
    const pages = [withPage(1), withPage(2)];
    const limited = withConcurrency(8)(async ({ path }) => {
      asked.push(path);
      return pages[asked.length - 1]?.reply ?? OK;
    });
    const ask = (path: string) => limited({ method: 'GET', path }, signal);

    const first = await ask('/a/');
    const second = await ask('/b/');
    const third = ask('/c/');
    await settle();

    expect(asked).toEqual(['/a/', '/b/']);
    first.page?.release();
    await settle();
    expect(asked).toEqual(['/a/', '/b/', '/c/']);
    await third;
    second.page?.release();
    expect(pages.map(({ released }) => released())).toEqual([true, true]);
  });
});
