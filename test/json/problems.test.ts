import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { collectProblems } from '../../src/json/problems.ts';

const wrong = (...problems: string[]): Promise<never> => Promise.reject(new UsageError(problems));

test('parts without problems are returned', async () => {
  expect(await collectProblems(Promise.resolve(1), Promise.resolve('two'))).toEqual([1, 'two']);
});

test('the problems of all parts are reported together', async () => {
  const gathering = collectProblems(wrong('a: one', 'a: two'), Promise.resolve(1), wrong('b: three'));

  await expect(gathering).rejects.toMatchObject({ problems: ['a: one', 'a: two', 'b: three'] });
});

test('an error that is no mistake of the user is thrown before any problem', async () => {
  const failure = new Error('no memory');

  await expect(collectProblems(wrong('a: one'), Promise.reject(failure))).rejects.toBe(failure);
});
