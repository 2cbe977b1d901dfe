import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createTurns } from '../../src/http/turns.ts';

const settle = async (): Promise<void> => {
  for (let round = 0; round < 20; round += 1) await turn();
};

describe('pages', () => {
  test('are decoded in the order in which they came, with time to write each before the next', async () => {
    const steps: string[] = [];
    const inTurn = createTurns(async () => {});

    const both = ['a', 'b'].map(async (page) => {
      await inTurn(() => steps.push(`decode ${page}`));
      await turn();
      steps.push(`write ${page}`);
    });
    await Promise.all(both);

    expect(steps).toEqual(['decode a', 'write a', 'decode b', 'write b']);
  });

  test('are not decoded before there is room for their rows', async () => {
    let open: () => void = () => {};
    const inTurn = createTurns(() => new Promise((resolve) => (open = resolve)));
    let decoded = 0;

    const pages = [1, 2].map(() => inTurn(() => (decoded += 1)));
    await settle();

    expect(decoded).toBe(0);
    open();
    await pages[0];
    await settle();
    expect(decoded).toBe(1);
    open();
    await Promise.all(pages);
    expect(decoded).toBe(2);
  });

  test('go on after one that is broken', async () => {
    const inTurn = createTurns(async () => {});

    const broken = inTurn(() => {
      throw new Error('no JSON');
    });
    const next = inTurn(() => 'next');

    await expect(broken).rejects.toThrow('no JSON');
    expect(await next).toBe('next');
  });

  test('all fail when the reader of the output has ended', async () => {
    const inTurn = createTurns(async () => {
      throw new Error('the reader has gone');
    });

    const pages = await Promise.allSettled([inTurn(() => 1), inTurn(() => 2)]);

    expect(pages.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
