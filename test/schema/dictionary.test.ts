import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { renderDictionary } from './dictionary.ts';
import { tableOf } from './table.ts';

const DICTIONARY = new URL('../../schemas/README.md', import.meta.url);
const tables = streams.map(tableOf);
const written = readFileSync(DICTIONARY, 'utf8');

/** If it fails, `npm run dictionary` writes the file again. */
test('schemas/README.md agrees with the schemas', async () => {
  const rendered = renderDictionary(written, tables);

  await expect(rendered).toMatchFileSnapshot('../../schemas/README.md');
});

test('schemas/README.md names only columns that exist', () => {
  const columns = new Set(tables.flatMap(({ name, fields }) => fields.map(({ path }) => `${name}.${path}`)));
  const names = new Set(tables.map(({ name }) => name));
  const named = [...written.matchAll(/`([a-z_]+)\.([a-z_]+)`/g)];

  const strangers = named.filter(([, table = '', column]) => !columns.has(`${table}.${column}`));

  expect(strangers.filter(([, table = '']) => names.has(table)).map(([text]) => text)).toEqual([]);
  expect(named.length).toBeGreaterThan(0);
});
