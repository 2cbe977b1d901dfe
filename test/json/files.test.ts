import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readJsonFile } from '../../src/json/files.ts';
import { jsonMistakeAt } from '../../src/json/mistake.ts';
import { readStateFile } from '../../src/state-file/read-state-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'tap-closeio-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = (content: string): string => {
  const path = join(directory, 'file.json');
  writeFileSync(path, content);
  return path;
};

test('a file is read, with a byte order mark or without', async () => {
  expect(await readJsonFile(file('{"a":1}'), 'config')).toEqual({ a: 1 });
  expect(await readJsonFile(file('\uFEFF{"a":1}'), 'config')).toEqual({ a: 1 });
});

test('a file that cannot be read gives one clear line', async () => {
  await expect(readJsonFile(join(directory, 'none.json'), 'config')).rejects.toThrow(
    /none\.json: there is no such config file$/,
  );
  await expect(readJsonFile(directory, 'config')).rejects.toThrow(/: is a directory, not a file$/);
  await expect(readJsonFile(file(' \n'), 'catalog')).rejects.toThrow(/: the catalog file is empty$/);
});

test('broken JSON is reported with line and column, and nothing of it is shown', async () => {
  const path = file('{\n  "api_key": api_secret\n}');

  const error = await readJsonFile(path, 'config').catch((reason: unknown) => reason);

  expect(String(error)).toBe(
    `UsageError: ${path}:2:14: is not valid JSON: names and strings need double quotes: "`,
  );
});

test.each([
  ['{"a":1,}', 7],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{"a":1', 6],
  ['{"a":"b', 7],
  ['["a\nb"]', 3],
  ['["\\x"]', 2],
  ['{} x', 3],
  ['nul', 0],
  ["{'a':1}", 1],
  ['[01]', 2],
])('the mistake in %j is at %i', (text, at) => {
  expect(jsonMistakeAt(text)).toBe(at);
});

test('valid JSON has no mistake', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, null, indent);

      expect(jsonMistakeAt(text)).toBe(text.length);
    }),
  );
});

const STATE = '{"bookmarks":{"leads":{"date_updated":"2026-01-01T00:00:00Z"}}}';

test('a first run has no state, and gives a warning', async () => {
  for (const path of [join(directory, 'none.json'), file(''), file('\n'), file('null\n')]) {
    const { json, warnings, found } = await readStateFile(path);

    expect([json, found]).toEqual([{}, false]);
    expect(warnings).toEqual([expect.stringMatching(/this run begins at start_date/)]);
  }
});

test('a state may have any layout', async () => {
  for (const text of [STATE, `${STATE}\n`, JSON.stringify(JSON.parse(STATE), null, 2)]) {
    expect(await readStateFile(file(text))).toEqual({
      json: JSON.parse(STATE),
      warnings: [],
      found: true,
    });
  }
});

test('the last one counts of many lines that a target appended', async () => {
  const { json, warnings } = await readStateFile(file(`{"bookmarks":{}}\n${STATE}\n\n`));

  expect(json).toEqual(JSON.parse(STATE));
  expect(warnings).toEqual([]);
});

test('a line that was cut off is ignored, with a warning', async () => {
  const { json, warnings } = await readStateFile(file(`{"bookmarks":{}}\n${STATE}\n{"bookmarks":{"le`));

  expect(json).toEqual(JSON.parse(STATE));
  expect(warnings).toEqual([
    expect.stringMatching(/the last line is cut off or no state; the state before is used/),
  ]);
});

test.each([
  ['a record', '{"type":"RECORD","stream":"leads","record":{}}'],
  ['other JSON', '{"a":1}'],
  ['an empty object', '{}'],
  ['text', 'done'],
])('%s among states is ignored, with a warning', async (_what, noise) => {
  for (const state of [STATE, `{"type":"STATE","value":${STATE}}`, `{"singer_state":${STATE}}`]) {
    const after = await readStateFile(file(`${state}\n${noise}\n${noise}\n`));
    const before = await readStateFile(file(`${noise}\n${state}\n`));

    expect([after.json, before.json]).toEqual([JSON.parse(state), JSON.parse(state)]);
    expect(after.warnings).toEqual([
      expect.stringMatching(/the last 2 lines are cut off or no state; the state before is used/),
    ]);
    expect(before.warnings).toEqual([expect.stringMatching(/: 1 line is no state, and ignored/)]);
  }
});

test.each(['{"a":1}\n{"b":1}', '{}\n{}', '{"type":"RECORD"}\n{"bookmarks":{"le'])(
  'lines without a state are an error: %j',
  async (text) => {
    await expect(readStateFile(file(text))).rejects.toThrow(/none of its lines is a state; restore an older/);
  },
);

test.each([
  STATE.slice(0, 30),
  'Traceback (most recent call last):',
  '{\n  "bookmarks": {\n    "a": [\n      {}',
])('a file without any valid state is an error, never a fresh start: %j', async (text) => {
  await expect(readStateFile(file(text))).rejects.toThrow(/is not valid JSON: .*; restore an older state/);
});
