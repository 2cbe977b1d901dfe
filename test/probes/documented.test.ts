import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { probes } from '../../src/probes/index.ts';
import { streams } from '../../src/streams/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('each probe has a name of its own, and the page on Close lists it', () => {
  const section = read('src/close/README.md').split('## What a key can find out')[1] ?? '';
  const listed = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split('|')[2]?.match(/(?<=`)[a-z-]+(?=`)/g) ?? []);

  expect(listed.toSorted()).toEqual(probes.map(({ name }) => name).toSorted());
});

test('what survives a defect is a file of the program', () => {
  const files = probes.flatMap(({ survivedBy }) => survivedBy ?? []);

  expect(files.filter((file) => !existsSync(new URL(`../../src/${file}`, import.meta.url)))).toEqual([]);
});

test('some stream rests on each', () => {
  expect(probes.filter(({ touches }) => !streams.some(touches)).map(({ name }) => name)).toEqual([]);
});
