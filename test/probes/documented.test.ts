import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { probes } from '../../src/probes/index.ts';
import { streams } from '../../src/streams/index.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('each probe has its own name, and src/close/README.md lists it', () => {
  const section = read('src/close/README.md').split('## What a key can find out')[1] ?? '';
  const listed = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split('|')[2]?.match(/(?<=`)[a-z-]+(?=`)/g) ?? []);

  expect(listed.toSorted()).toEqual(probes.map(({ name }) => name).toSorted());
});

test('each file that handles a false assumption exists', () => {
  const files = probes.flatMap(({ handledBy }) => handledBy ?? []);

  expect(files.filter((file) => !existsSync(new URL(`../../src/${file}`, import.meta.url)))).toEqual([]);
});

test('at least one stream depends on each assumption', () => {
  expect(probes.filter(({ concerns }) => !streams.some(concerns)).map(({ name }) => name)).toEqual([]);
});
