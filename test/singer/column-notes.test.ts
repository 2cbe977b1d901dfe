import { expect, test } from 'vitest';
import { readNotes } from '../../src/singer/bookmark.ts';
import { columnDigest, writeColumnNotes } from '../../src/singer/column-notes.ts';

const read = (columns: unknown) => readNotes({ columns }).columns;

test('columns are written in few characters, and read again unchanged', () => {
  const seen = new Set(['name', 'contacts.emails.email'].map(columnDigest));
  const types = { cf_2: 'numbers', cf_1: 'text' };

  const written = writeColumnNotes({ seen, types });

  expect(JSON.stringify(written)).toMatch(
    /^\{"seen":"[\w-]{8}","types":\{"cf_1":"text","cf_2":"numbers"\}\}$/,
  );
  expect(read(written)).toEqual({ seen, types });
});

test('nothing is written if there is nothing to keep, and other values count as no note', () => {
  expect(writeColumnNotes({ seen: null, types: {} })).toBeUndefined();
  expect(writeColumnNotes({ seen: new Set(), types: {} })).toEqual({ seen: '' });
  for (const other of [undefined, null, 7, 'abc', []]) expect(read(other)).toBeNull();
  for (const other of [{}, { seen: 'abc', types: { a: 1 } }, { seen: ['a'] }]) {
    expect(read(other)).toEqual({ seen: null, types: {} });
  }
});
