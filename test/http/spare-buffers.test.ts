import { expect, test } from 'vitest';
import { createSpareBuffers } from '../../src/http/spare-buffers.ts';

const MIB = 1024 * 1024;

test('a buffer that was given back is used again, if it is long enough', () => {
  const spare = createSpareBuffers();
  const first = spare.take(300_000);
  spare.giveBack(first);

  const longer = spare.take(first.length + 1);
  const again = spare.take(10);

  expect(longer).not.toBe(first);
  expect(again).toBe(first);
  expect(spare.take(10)).not.toBe(first);
});

test('no more than 2 MiB are kept, and no buffer that is larger than a page', () => {
  const spare = createSpareBuffers();
  const buffers = [2 * MIB, MIB, MIB, MIB].map((bytes) => spare.take(bytes));
  for (const buffer of buffers) spare.giveBack(buffer);

  const taken = [1, 2, 3].map(() => spare.take(MIB));

  expect(taken.map((buffer) => buffers.indexOf(buffer))).toEqual([1, 2, -1]);
});
