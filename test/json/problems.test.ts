import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { collectProblems } from '../../src/json/problems.ts';

const wrong = (...problems: string[]): Promise<never> => Promise.reject(new UsageError(problems));

test('what is right is handed on', async () => {
  expect(await collectProblems(Promise.resolve(1), Promise.resolve('two'))).toEqual([1, 'two']);
});

test('the mistakes of all are told at once', async () => {
  const gathering = collectProblems(wrong('a: one', 'a: two'), Promise.resolve(1), wrong('b: three'));

  await expect(gathering).rejects.toMatchObject({ problems: ['a: one', 'a: two', 'b: three'] });
});

test('what is no mistake of the user goes before', async () => {
  const failure = new Error('no memory');

  await expect(collectProblems(wrong('a: one'), Promise.reject(failure))).rejects.toBe(failure);
});
