import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Body, createBodyReader } from '../../src/http/read-body.ts';

const MIB = 1024 * 1024;
const PART = Buffer.alloc(MIB, 0x20);

/** A body of so many MiB, with how many of them have been read and whether the reading was given up. */
const bodyOf = (parts: number, contentLength?: number) => {
  const progress = { read: 0, isOver: false };
  const body = async function* () {
    try {
      for (; progress.read < parts; progress.read += 1) {
        await turn();
        yield PART;
      }
    } finally {
      progress.isOver = true;
    }
  };
  return {
    progress,
    body: body(),
    contentLength: contentLength === undefined ? undefined : String(contentLength),
  };
};

/** Releases a body at once. @returns its length */
const lengthOf = ({ bytes, release }: Body): number => {
  const { length } = bytes;
  release();
  return length;
};

describe('a body', () => {
  test('of 64 MiB is read', async () => {
    const { body } = bodyOf(64);

    const { bytes } = await createBodyReader()(body, undefined);

    expect(bytes).toHaveLength(64 * MIB);
  });

  test('without an end is given up after 64 MiB, with a message', async () => {
    const { body, progress } = bodyOf(Number.POSITIVE_INFINITY);

    const reading = createBodyReader()(body, undefined);

    await expect(reading).rejects.toThrow('larger than 64 MiB; set page_size to a smaller number');
    expect(progress).toEqual({ read: 64, isOver: true });
  });

  test('too large for the memory is given up, with a message that says so', async () => {
    const { body, progress } = bodyOf(10);

    const reading = createBodyReader(2.5 * MIB)(body, undefined);

    await expect(reading).rejects.toThrow(
      'larger than 2.5 MiB, more than the memory limit of this process leaves room for; set page_size to a smaller number',
    );
    expect(progress).toEqual({ read: 2, isOver: true });
  });

  test('with a wrong content-length is counted by its bytes', async () => {
    const { body } = bodyOf(65);

    await expect(createBodyReader()(body, '1, x')).rejects.toThrow('larger than 64 MiB');
  });

  test('with a content-length that is too large is given up at once', async () => {
    const { body, contentLength, progress } = bodyOf(100, 100 * MIB);

    await expect(createBodyReader()(body, contentLength)).rejects.toThrow('larger than 64 MiB');

    expect(progress).toEqual({ read: 0, isOver: true });
  });
});

describe('large bodies side by side', () => {
  test('are read one at a time, so that they do not fill the memory', async () => {
    const read = createBodyReader();
    const bodies = Array.from({ length: 5 }, () => bodyOf(20));
    let most = 0;
    let isDone = false;

    const reading = Promise.all(
      bodies.map(({ body, progress }) =>
        read(body, undefined).then(({ release }) => {
          progress.read = 0;
          release();
        }),
      ),
    ).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      most = Math.max(most, bodies.filter(({ progress }) => progress.read > 9).length);
      await turn();
    }

    await reading;
    expect(most).toBe(1);
  });

  test('do not wait for a body that has failed', async () => {
    const read = createBodyReader();
    const endless = read(bodyOf(Number.POSITIVE_INFINITY).body, undefined);
    const large = read(bodyOf(10).body, undefined).then(lengthOf);

    await expect(endless).rejects.toThrow('larger');
    expect(await large).toBe(10 * MIB);
  });

  test('do not make small bodies wait', async () => {
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

    const small = await read(bodyOf(7).body, undefined).then(lengthOf);

    expect(small).toBe(7 * MIB);
    held.release();
    await large;
  });

  test('hold no more than 16 MiB together, including what is not decoded yet', async () => {
    const read = createBodyReader();
    const whole = await Promise.all([read(bodyOf(8).body, undefined), read(bodyOf(8).body, undefined)]);
    const [first, second] = [bodyOf(2), bodyOf(2)];

    const next = read(first.body, undefined);
    const last = read(second.body, undefined);
    const { release } = await next;
    for (let round = 0; round < 10; round += 1) await turn();

    // The first of them goes on, the other one waits until that one has been decoded.
    expect(second.progress.read).toBe(0);
    release();
    expect(await last.then(lengthOf)).toBe(2 * MIB);
    for (const body of whole) body.release();
  });
});

describe('the bytes of a body', () => {
  test('are as they came, in parts of any size', async () => {
    const parts = ['a', 'bc', 'd'.repeat(300_000), 'e'].map((text) => Buffer.from(text));

    const { bytes } = await createBodyReader()(
      (async function* () {
        yield* parts;
      })(),
      '3',
    );

    expect(bytes.equals(Buffer.concat(parts))).toBe(true);
  });

  test('stay the same while others are read, until they are released', async () => {
    const read = createBodyReader();
    const of = (text: string) =>
      (async function* () {
        yield Buffer.from(text);
      })();

    const first = await read(of('first'), undefined);
    const second = await read(of('other'), undefined);

    expect([first.bytes.toString(), second.bytes.toString()]).toEqual(['first', 'other']);
    first.release();
    const third = await read(of('third'), undefined);
    expect(third.bytes.buffer).toBe(first.bytes.buffer);
  });
});
