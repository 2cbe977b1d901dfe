import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { largestPage, memoryLimits, problemOfMemory } from '../../src/commands/memory-limit.ts';

const MIB = 1024 * 1024;

test.each([
  [[], undefined, null],
  [['--max-old-space-size=48'], undefined, 48],
  [['--import', 'x.js', '--max_old_space_size', '48'], undefined, 48],
  [[], '--no-warnings --max-old-space-size=64', 64],
  [['--max-old-space-size=48'], '--max-old-space-size=64', 48],
])('of %j and NODE_OPTIONS %j, the heap is %j', (execArgv, options, heapMiB) => {
  const env = options === undefined ? {} : { NODE_OPTIONS: options };

  expect(memoryLimits({ execArgv, env, constrainedMemory: () => 0 }).heapMiB).toBe(heapMiB);
});

test.each([
  ['none', 0, null],
  ['none, as Linux says it', 2 ** 64, null],
  ['more than the machine has', totalmem() + 1, null],
  ['128 MiB', 128 * MIB, 128],
])('of a container: %s', (_, bytes, containerMiB) => {
  expect(memoryLimits({ execArgv: [], env: {}, constrainedMemory: () => bytes }).containerMiB).toBe(
    containerMiB,
  );
});

test('memory too small for a page is a mistake that says what to do', () => {
  expect([null, 32, 31].map((heapMiB) => problemOfMemory({ heapMiB, containerMiB: null }))).toEqual([
    null,
    null,
    '--max-old-space-size=31 is too little memory for one page of Close; give it 32 or more, or leave it out',
  ]);
  expect([null, 64, 63].map((containerMiB) => problemOfMemory({ heapMiB: null, containerMiB }))).toEqual([
    null,
    null,
    'this container may use 63 MiB, which is too little memory for one page of Close; give it 64 MiB or more',
  ]);
});

test('the more memory, the larger the page that fits; without a limit, any', () => {
  const largest = (heapMiB: number | null, containerMiB: number | null) =>
    largestPage({ heapMiB, containerMiB });

  expect(largest(null, null)).toBe(Number.POSITIVE_INFINITY);
  expect([largest(32, null), largest(64, null)]).toEqual([MIB, 5 * MIB]);
  expect([largest(null, 80), largest(null, 128)]).toEqual([MIB, 3 * MIB]);
  expect([largest(64, 80), largest(32, 128)]).toEqual([MIB, MIB]);
});
