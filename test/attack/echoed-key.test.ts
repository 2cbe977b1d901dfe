import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain } from '../e2e/run-main.ts';
import { runBinary } from '../e2e/run-tap.ts';
import { type Echoed, startEcho } from './echo-server.ts';
import { leaksOf } from './leaks.ts';

const KEY = 'api_5gtFTBJ7TXNGTy2cXqhMpH.3qDzfSTzqYz9WQn0vRb1Ld';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tap-closeio-echo-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Forms in which a server may send back what it received. */
const WRITINGS: readonly ((sent: string) => string)[] = [
  (sent) => `${KEY} ${sent}`,
  (sent) => base64(sent),
  (sent) => base64(`.${KEY} ${sent}`),
  (sent) => base64(`..${KEY} ${sent}`),
  (sent) => Buffer.from(`${KEY} ${sent}`).toString('base64url'),
  (sent) => encodeURIComponent(`${KEY} ${sent}`),
  (sent) => Buffer.from(`${KEY} ${sent}`).toString('hex'),
  () => KEY.toUpperCase(),
  (sent) => JSON.stringify({ sent: JSON.stringify([KEY, sent]) }),
  () => [...KEY].map((character) => `&#${character.charCodeAt(0)};`).join(''),
  () => `https://user:${KEY}@hooks.example.com/${KEY}?key=${KEY}`,
  // A message is cut at 300 characters. Here, that is in the middle of the key.
  ...[240, 252, 264, 276, 288].map((filler) => () => `${'.'.repeat(filler)}${KEY}`),
];

const ESCAPES = '\u001b[2J\u009b1A\u202E\u2028';

/** Answers in which the server sends it back. */
const ANSWERS: readonly ((said: string) => { readonly status: number; readonly body: object | string })[] = [
  (error) => ({ status: 400, body: { error } }),
  (said) => ({ status: 403, body: { errors: [said], 'field-errors': { [said]: said } } }),
  (said) => ({ status: 500, body: { error: { message: `${ESCAPES}${said}` } } }),
  (said) => ({ status: 200, body: said }),
  (said) => ({ status: 200, body: { [said]: [said], data: { [said]: said } } }),
];

/** The answer to `/me/`, which `check` asks for first. */
const meOf = (said: string) => ({
  id: said,
  email: said,
  first_name: `${ESCAPES}${said}`,
  organizations: [{ id: 'orga_1', name: `${said}${ESCAPES}` }],
});

/** Definitions of custom fields. Discovery prints their names. */
const definitionsOf = (said: string) => ({
  data: [
    { id: 'cf_1', name: `${ESCAPES}${said}`, type: said, date_updated: '2026-01-01T00:00:00Z' },
    { id: said, name: said, type: 'text', date_updated: '2026-01-01T00:00:00Z' },
  ],
  has_more: false,
});

/** Goes through all answers in all forms, and begins with the one of this number. */
const answering =
  (turn: number, definitions: 'named' | 'refused') =>
  ({ path, text, number }: Echoed) => {
    const at = turn + number;
    const said = WRITINGS[at % WRITINGS.length]?.(text) ?? '';
    const { status, body } =
      path === '/me/'
        ? { status: 200, body: meOf(said) }
        : path.startsWith('/custom_field/') && definitions === 'named'
          ? { status: 200, body: definitionsOf(said) }
          : (ANSWERS[at % ANSWERS.length]?.(said) ?? { status: 500, body: '' });
    return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  };

interface Attack {
  readonly turn: number;
  readonly definitions?: 'named';
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** Everything that a command writes if its server echoes. */
const outputOf = async ({ turn, definitions, before = [], after = [] }: Attack): Promise<string> => {
  const server = await startEcho(answering(turn, definitions ?? 'refused'));
  const config = join(dir, `${Math.random().toString(36).slice(2)}.json`);
  await writeFile(config, JSON.stringify({ api_key: KEY, base_url: server.url, max_retries: 0 }));
  // The output of a target of `run` goes to the outputs of the process itself.
  const run = before[0] === 'run' ? runBinary : runMain;
  try {
    const { text, stderr } = await run([...before, '--config', config, ...after], {
      env: { TAP_CLOSEIO_LOGLEVEL: 'debug' },
    });
    expect(server.requests()).toBeGreaterThan(0);
    return `${text}\n${stderr}`;
  } finally {
    await server.close();
  }
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/;

describe.each<[string, Pick<Attack, 'definitions' | 'before'>]>([
  ['a sync', {}],
  ['a trial of one record of each', { before: ['--test'] }],
  ['discovery', { before: ['--discover'], definitions: 'named' }],
  ['check', { before: ['check'] }],
])('to a server that echoes the key, %s', (_, attack) => {
  // Commands ask for different things first and last, so each test begins at another answer.
  test.each([0, 7, 14])('shows nothing of it, and does not move the cursor (%i)', async (turn) => {
    const output = await outputOf({ ...attack, turn });

    expect(leaksOf(output, KEY)).toEqual([]);
    expect(output).not.toMatch(CONTROL);
  });
});

test('run shows nothing of the key either, and does not give it to the target', async () => {
  const state = join(dir, 'run-state.json');
  // The line of the target is cut at 200 characters, which is in the middle of the key.
  const target = `
    process.stdin.resume();
    console.log('${'.'.repeat(180)}${KEY}');
    console.log(JSON.stringify({ bookmarks: { leads: { date_updated: '2026-01-01T00:00:00Z' } } }));
    console.error('SETTINGS', Object.keys(process.env).filter((name) => name.startsWith('TAP_CLOSEIO_')).join());
  `;

  const output = await outputOf({
    turn: 0,
    before: ['run'],
    after: ['--state', state, '--', process.execPath, '-e', target],
  });

  expect(leaksOf(output + (await readFile(state, 'utf8')), KEY)).toEqual([]);
  expect(output).toMatch(/^SETTINGS $/m);
});

test('an unexpected error shows nothing of it, and nothing that is attached to the error', async () => {
  const server = await startEcho(answering(0, 'refused'));
  const throwing = `setTimeout(() => { throw Object.assign(new Error('unforeseen: ${KEY}'), { body: '${KEY}' }) }, 1)`;

  const { code, stderr, text } = await runBinary(['check', '--config=ENV'], {
    env: {
      TAP_CLOSEIO_API_KEY: KEY,
      TAP_CLOSEIO_BASE_URL: server.url,
      TAP_CLOSEIO_LOGLEVEL: 'debug',
      // The error is thrown as soon as the program waits.
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`const on = process.on; process.on = function (name, act) { if (name === 'uncaughtException') ${throwing}; return on.call(this, name, act); };`)}`,
    },
  });
  await server.close();

  expect(stderr).toMatch(/^CRITICAL unforeseen: \[redacted\]$/m);
  expect(leaksOf(text + stderr, KEY)).toEqual([]);
  expect(code).toBe(1);
});

test('a state file shows nothing of it when it is printed', async () => {
  const state = join(dir, 'escapes.json');
  const bookmarks = {
    leads: { date_updated: '2026-01-01T00:00:00Z' },
    [`${ESCAPES}${KEY}`]: { [KEY]: `${ESCAPES}${base64(KEY)}` },
  };
  await writeFile(state, JSON.stringify({ bookmarks }));

  for (const args of [[], ['--format', 'json']]) {
    const { code, text, stderr } = await runMain(['state', 'show', '--state', state, ...args], {
      env: { TAP_CLOSEIO_API_KEY: KEY },
    });

    expect(leaksOf(text + stderr, KEY)).toEqual([]);
    expect(text + stderr).not.toMatch(CONTROL);
    expect(text).toContain('[redacted]');
    expect(code).toBe(0);
  }
});

test('the report of verify shows no piece of a key where a line of 100 characters ends, and its list does not have it', async () => {
  // The tap's own key is replaced in rows already when they arrive. So the warehouse has it, and Close another one.
  const other = 'api_6huGUCK8UYOHUz3dYriNqI.4rEagTUarZza0XRo1wSc2M';
  const rows = [60, 70, 80, 90].map((filler) => ({ id: `${'.'.repeat(filler)}${other}` }));
  const server = await startEcho(({ path }) => ({
    status: 200,
    body: JSON.stringify({ data: path === '/user/' ? rows : [], id: 'user_1', has_more: false }),
  }));
  const ids = join(dir, 'ids.csv');
  const held = [60, 70, 80, 90].map((filler) => `${'_'.repeat(filler)}${KEY}`);
  await writeFile(ids, `id\nuser_1\n${held.join('\n')}\n`);

  const list = join(dir, 'wrong.csv');
  const args = ['verify', 'users', '--config=ENV', '--ids', ids, '--list', list];
  const { code, text, stderr } = await runMain(args, {
    env: { TAP_CLOSEIO_API_KEY: KEY, TAP_CLOSEIO_BASE_URL: server.url, TAP_CLOSEIO_MAX_RETRIES: '0' },
  });
  await server.close();

  const wrong = await readFile(list, 'utf8');
  expect(text).toContain('[redacted]');
  expect(wrong).toContain('[redacted]');
  for (const key of [KEY, other]) expect(leaksOf(text + stderr + wrong, key)).toEqual([]);
  expect(code).toBe(1);
});

test('the password of a proxy is not shown either, whatever the proxy answers', async () => {
  const proxy = await startEcho(({ text }) => ({ status: 407, body: text }));
  const address = `http://me:pr0xy-pass%40word@${new URL(proxy.url).host}`;

  const { code, stderr, text } = await runMain(['check', '--config=ENV'], {
    env: {
      TAP_CLOSEIO_API_KEY: KEY,
      TAP_CLOSEIO_BASE_URL: 'https://close.invalid/api/v1',
      TAP_CLOSEIO_MAX_RETRIES: '0',
      TAP_CLOSEIO_LOGLEVEL: 'debug',
      HTTPS_PROXY: address,
    },
  });
  await proxy.close();

  expect(leaksOf(text + stderr, 'pr0xy-pass@word')).toEqual([]);
  expect(leaksOf(text + stderr, KEY)).toEqual([]);
  expect(code).toBe(1);
});
