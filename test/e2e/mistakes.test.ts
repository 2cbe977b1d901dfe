import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runMain } from './run-main.ts';
import { runBinary } from './run-tap.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const put = async (name: string, text: string): Promise<string> => {
  const path = join(dir, name);
  await writeFile(path, text);
  return path;
};

const complaintOf = async (...args: string[]) => {
  const { code, text, stderr } = await runMain(args);
  return { code, text, stderr };
};

const mistake = (line: string) => ({ code: 2, text: '', stderr: `CRITICAL ${line}\n` });

describe('a file that is not JSON', () => {
  test.each([
    [
      '{"api_key": "api_secret",}',
      '1:25: is not valid JSON: a comma before a closing bracket; remove the comma',
    ],
    ['{\n  # mine\n}', '2:3: is not valid JSON: JSON has no comments; remove them'],
    ["{'api_key': 'api_secret'}", '1:2: is not valid JSON: single quotes; write double quotes: "'],
    ['{“api_key”: “api_secret”}', '1:2: is not valid JSON: curly quotes; write straight double quotes: "'],
    [
      'api_key: api_secret\n',
      '1:1: is not valid JSON: this looks like YAML; write it as JSON: { "name": "value" }',
    ],
  ])('%j is explained', async (text, line) => {
    const config = await put('config.json', text);

    expect(await complaintOf('--config', config)).toEqual(mistake(`${config}:${line}`));
  });
});

test('a catalog that does not exist is a mistake in discovery too, but a state that does not exist is not', async () => {
  const missing = join(dir, 'missing.json');

  expect(await complaintOf('--discover', '--catalog', missing)).toEqual(
    mistake(`${missing}: there is no such catalog file`),
  );
  expect((await complaintOf('--discover', '--state', missing)).code).toBe(0);
});

test('a misspelt variable in .env is reported, with the right name', async () => {
  await put('.env', 'TAP_CLOSEIO_APIKEY=api_secret\nTAP_CLOSEIO__SELECT=[]\n');

  const { code, stderr } = await runBinary(['check', '--config=ENV'], { cwd: dir });

  expect(code).toBe(2);
  expect(stderr.trimEnd().split('\n')).toEqual([
    'CRITICAL environment: api_key: is missing; create one in Close under Settings, Developer, API Keys',
    'CRITICAL .env: TAP_CLOSEIO_APIKEY: there is no such setting, so it is ignored; did you mean TAP_CLOSEIO_API_KEY?',
  ]);
});

test('a misspelt command is one line and exit 2', async () => {
  expect(await complaintOf('chekc')).toEqual(
    mistake("unknown command 'chekc' (Did you mean check?); see tap-closeio --help"),
  );
});
