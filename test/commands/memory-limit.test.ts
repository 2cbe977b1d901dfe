import { expect, test } from 'vitest';
import { heapLimit, largestPage, problemOfHeap } from '../../src/commands/memory-limit.ts';

test.each([
  [[], undefined, null],
  [['--max-old-space-size=48'], undefined, 48],
  [['--import', 'x.js', '--max_old_space_size', '48'], undefined, 48],
  [[], '--no-warnings --max-old-space-size=64', 64],
  [['--max-old-space-size=48'], '--max-old-space-size=64', 48],
])('the options %j and NODE_OPTIONS %j mean a heap of %j', (execArgv, options, limit) => {
  const env = options === undefined ? {} : { NODE_OPTIONS: options };

  expect(heapLimit(execArgv, env)).toBe(limit);
});

test('a heap that is too small for a page gives a message that says what to do', () => {
  expect([null, 32, 31].map(problemOfHeap)).toEqual([
    null,
    null,
    '--max-old-space-size=31 is too little memory for one page of Close; give it 32 or more, or leave it out',
  ]);
});

test('a larger heap fits a larger page, and without a limit any page fits', () => {
  expect([null, 32, 64].map(largestPage)).toEqual([Number.POSITIVE_INFINITY, 1024 * 1024, 5 * 1024 * 1024]);
});
