import { expect, test } from 'vitest';
import { ShapeCache } from '../../src/schema/shape-cache.ts';

const counting = (ignore: (key: string) => boolean = () => false) => {
  const compiled: string[] = [];
  const cache = new ShapeCache((keys) => {
    compiled.push(keys.join());
    return keys.join();
  }, ignore);
  return { compiled, find: (keys: readonly string[]) => cache.get(keys) };
};

test('a shape is compiled once', () => {
  const { compiled, find } = counting();

  const found = [
    find(['a', 'b']),
    find(['a', 'b']),
    find(['a']),
    find(['b', 'a']),
    find([]),
    find(['a', 'b']),
  ];

  expect(found).toEqual(['a,b', 'a,b', 'a', 'b,a', '', 'a,b']);
  expect(compiled).toEqual(['a,b', 'a', 'b,a', '']);
});

test('ignored keys make no difference, at any place', () => {
  const { compiled, find } = counting((key) => key.startsWith('x'));

  const found = [find(['x1', 'a', 'b']), find(['a', 'x2', 'x3', 'b']), find(['a', 'b', 'x4'])];

  expect(found).toEqual(['a,b', 'a,b', 'a,b']);
  expect(compiled).toEqual(['a,b']);
});

test('it forgets shapes when there are too many, and is still right', () => {
  const { compiled, find } = counting();
  for (let index = 0; index < 1000; index += 1) find([`k${index}`, 'z']);

  const found = find(['k0', 'z']);

  expect(found).toBe('k0,z');
  expect(compiled).toHaveLength(1001);
});
