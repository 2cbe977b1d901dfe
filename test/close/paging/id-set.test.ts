import { describe, expect, test } from 'vitest';
import { createIdSet } from '../../../src/close/paging/id-set.ts';

const COUNT = 20_000;
const ids = Array.from({ length: COUNT }, (_, index) => `lead_${'x'.repeat(30)}${index}`);

describe('a set of ids', () => {
  test('takes each id once, and knows the ones that it has taken', () => {
    const set = createIdSet();

    expect(ids.map((id) => set.add(id)).every(Boolean)).toBe(true);
    expect(ids.map((id) => set.add(id)).some(Boolean)).toBe(false);
    expect(ids.every((id) => set.has(id))).toBe(true);
    expect(set.size).toBe(COUNT);
  });

  test('does not take an id for another that differs in one character, or in the order of two', () => {
    const set = createIdSet();
    for (const id of ids) set.add(id);

    const others = ids.flatMap((id) => [`${id}0x`, id.replace('_x', 'x_'), id.replace('lead', 'Lead')]);

    expect(others.filter((id) => set.has(id))).toEqual([]);
  });
});
