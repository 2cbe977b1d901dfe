import { expect, test } from 'vitest';
import type { Dated } from '../../../src/close/paging/dated-rows.ts';
import { createPageOrder } from '../../../src/close/paging/page-order.ts';
import { SECOND } from '../../../src/time/instant.ts';

const page = (...seconds: number[]): Dated[] =>
  seconds.map((second, index) => ({ row: { id: `lead_${index}` }, at: second * SECOND }));
const counting = (from: number): Dated[] => page(...Array.from({ length: 10 }, (_, index) => from + index));
const tie = (second: number): Dated[] => page(...Array<number>(10).fill(second));
const UNSORTED = page(5, 1, 9, 2, 8, 3, 7, 4, 6, 0);

test('a page of one second leaves the order unclear, until another page shows that the list is sorted', () => {
  const order = createPageOrder();

  const verdicts = [tie(3), counting(3), tie(20)].map((each) => order.judge(each, 'ascending'));

  expect(verdicts).toEqual(['unclear', 'sorted', 'sorted']);
});

test('an unsorted list stays unsorted, even if a later page is in order by chance', () => {
  const order = createPageOrder();

  const verdicts = [UNSORTED, tie(3), page(1, 2)].map((each) => order.judge(each, 'ascending'));

  expect(verdicts).toEqual(['not sorted', 'not sorted', 'not sorted']);
});

test('an unsorted list stays unsorted, however many later pages are in order', () => {
  const order = createPageOrder();
  const clearly = [...UNSORTED, ...UNSORTED, ...UNSORTED, ...UNSORTED];

  const verdicts = [clearly, counting(0), counting(10), counting(20), counting(30)].map((each) =>
    order.judge(each, 'ascending'),
  );

  expect(new Set(verdicts)).toEqual(new Set(['not sorted']));
});

test('a single row in a wrong place, as a late index brings it, makes only its own page unsorted', () => {
  const order = createPageOrder();

  const verdicts = [page(1, 2, 3, 90, 4, 5, 6, 7, 8, 9), counting(9)].map((each) =>
    order.judge(each, 'ascending'),
  );

  expect(verdicts).toEqual(['not sorted', 'sorted']);
});

test('a few late rows among many of one second make only their own page unsorted', () => {
  const order = createPageOrder();
  const bulk = tie(50);
  const late = page(...[90, 91, 92, 93].flatMap((second) => [second, 50]));

  const verdicts = [[...bulk, ...late, ...bulk], ...[60, 70, 80, 90].map(counting)].map((each) =>
    order.judge(each, 'ascending'),
  );

  expect(verdicts).toEqual(['not sorted', 'sorted', 'sorted', 'sorted', 'sorted']);
});

test('a short page shows its order, since it has no long tie', () => {
  expect(createPageOrder().judge(page(1, 2), 'ascending')).toBe('sorted');
  expect(createPageOrder().judge(page(2, 1), 'descending')).toBe('sorted');
  expect(createPageOrder().judge(page(1, 2), null)).toBe('not sorted');
});
