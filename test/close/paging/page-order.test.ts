import { expect, test } from 'vitest';
import type { Dated } from '../../../src/close/paging/dated-rows.ts';
import { createPageOrder } from '../../../src/close/paging/page-order.ts';
import { SECOND } from '../../../src/time/instant.ts';

const page = (...seconds: number[]): Dated[] =>
  seconds.map((second, index) => ({ row: { id: `lead_${index}` }, at: second * SECOND }));
const counting = (from: number): Dated[] => page(...Array.from({ length: 10 }, (_, index) => from + index));
const tie = (second: number): Dated[] => page(...Array<number>(10).fill(second));
const JUMBLED = page(5, 1, 9, 2, 8, 3, 7, 4, 6, 0);

test('a page of one second says nothing, until another has shown that the list is sorted', () => {
  const order = createPageOrder();

  const taken = [tie(3), counting(3), tie(20)].map((each) => order.take(each, 'ascending'));

  expect(taken).toEqual(['perhaps', 'sorted', 'sorted']);
});

test('a list in no order is not believed again, though a page lies in order by chance', () => {
  const order = createPageOrder();

  const taken = [JUMBLED, tie(3), page(1, 2)].map((each) => order.take(each, 'ascending'));

  expect(taken).toEqual(['not sorted', 'not sorted', 'not sorted']);
});

test('a row out of place, as an index brings it that is late, costs its own page only', () => {
  const order = createPageOrder();

  const taken = [page(1, 2, 3, 90, 4, 5, 6, 7, 8, 9), counting(9)].map((each) =>
    order.take(each, 'ascending'),
  );

  expect(taken).toEqual(['not sorted', 'sorted']);
});

test('a short page is taken as it is: ties do not fill it', () => {
  expect(createPageOrder().take(page(1, 2), 'ascending')).toBe('sorted');
  expect(createPageOrder().take(page(2, 1), 'descending')).toBe('sorted');
  expect(createPageOrder().take(page(1, 2), null)).toBe('not sorted');
});
