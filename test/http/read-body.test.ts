import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBodyReader } from '../../src/http/read-body.ts';

const MIB = 1024 * 1024;
const PART = Buffer.alloc(MIB, 0x20);

/** A body of so many MiB, and how many of them have been read, and whether it was given up. */
const bodyOf = (parts: number, contentLength?: number) => {
  const told = { read: 0, isOver: false };
  const body = async function* () {
    try {
      for (; told.read < parts; told.read += 1) {
        await turn();
        yield PART;
      }
    } finally {
      told.isOver = true;
    }
  };
  return {
    told,
    body: body(),
    contentLength: contentLength === undefined ? undefined : String(contentLength),
  };
};

describe('a body', () => {
  test('of 64 MiB is read', async () => {
    const { body } = bodyOf(64);

    const text = await createBodyReader()(body, undefined);

    expect(text).toHaveLength(64 * MIB);
  });

  test('without an end is given up after 64 MiB, in words', async () => {
    const { body, told } = bodyOf(Number.POSITIVE_INFINITY);

    const reading = createBodyReader()(body, undefined);

    await expect(reading).rejects.toThrow('larger than 64 MiB; set page_size to a smaller number');
    expect(told).toEqual({ read: 64, isOver: true });
  });

  test('that announces nonsense is counted all the same', async () => {
    const { body } = bodyOf(65);

    await expect(createBodyReader()(body, '1, x')).rejects.toThrow('larger than 64 MiB');
  });

  test('that announces more is given up at once', async () => {
    const { body, contentLength, told } = bodyOf(100, 100 * MIB);

    await expect(createBodyReader()(body, contentLength)).rejects.toThrow('larger than 64 MiB');

    expect(told).toEqual({ read: 0, isOver: true });
  });
});

describe('large bodies side by side', () => {
  test('are read on one at a time, so that they do not fill the memory', async () => {
    const read = createBodyReader();
    const bodies = Array.from({ length: 5 }, () => bodyOf(20));
    let most = 0;
    let isDone = false;

    const reading = Promise.all(
      bodies.map(({ body, told }) =>
        read(body, undefined).then(() => {
          told.read = 0;
        }),
      ),
    ).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      most = Math.max(most, bodies.filter(({ told }) => told.read > 9).length);
      await turn();
    }

    await reading;
    expect(most).toBe(1);
  });

  test('do not wait for one that has failed', async () => {
    const read = createBodyReader();
    const endless = read(bodyOf(Number.POSITIVE_INFINITY).body, undefined);
    const large = read(bodyOf(10).body, undefined);

    await expect(endless).rejects.toThrow('larger');
    expect(await large).toHaveLength(10 * MIB);
  });

  test('do not keep small ones waiting', async () => {
    const read = createBodyReader();
    const held = { release: () => {} };
    const waits = new Promise<void>((resolve) => {
      held.release = resolve;
    });
    const stuck = async function* () {
      for (let part = 0; part < 10; part += 1) yield PART;
      await waits;
    };
    const large = read(stuck(), undefined);

    const small = await read(bodyOf(7).body, undefined);

    expect(small).toHaveLength(7 * MIB);
    held.release();
    await large;
  });
});
