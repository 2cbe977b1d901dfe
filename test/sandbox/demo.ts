import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeAccount } from './demo-changes.ts';
import { createOrganisation } from './organisation.ts';
import { type Sandbox, startSandbox } from './server.ts';
import { createTally, type Tally } from './tally.ts';

const TAP = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));
const WIDTH = 80;

/** Messages are for a program. On a terminal, only the explanations are printed, unless both are asked for. */
const passesMessagesOn = process.argv.includes('--messages') || !process.stdout.isTTY;
let readerIsGone = false;
// If the reader ends early (`| head -1`), that is not an error. The demo continues without it.
process.stdout.on('error', () => {
  readerIsGone = true;
});

const say = (...lines: readonly string[]): void => {
  process.stderr.write(`${lines.join('\n')}\n`);
};

interface Sync {
  readonly code: number;
  readonly tally: Tally;
  readonly requests: number;
  readonly seconds: number;
}

/** Runs the tap once on the sandbox's account. */
async function runTap(sandbox: Sandbox, args: readonly string[]): Promise<Sync> {
  const before = sandbox.requests.length;
  const began = performance.now();
  const tap = spawn(process.execPath, [TAP, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The explanations say what the log would say.
    env: { ...process.env, TERM: 'dumb', TAP_CLOSEIO_LOGLEVEL: 'WARNING' },
  });
  const closed = once(tap, 'close');
  const tally = createTally();
  tap.stdout.setEncoding('utf8');
  for await (const chunk of tap.stdout) {
    tally.feed(String(chunk));
    if (passesMessagesOn && !readerIsGone && !process.stdout.write(chunk)) {
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => {});
    }
  }
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  return {
    code: code ?? (signal === null ? 1 : 128),
    tally,
    requests: sandbox.requests.length - before,
    seconds: (performance.now() - began) / 1000,
  };
}

const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

const isFilled = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A record with one field per line, without fields that are null. */
function showRecord(record: Readonly<Record<string, unknown>>): string[] {
  const fields = Object.entries(record).filter(([, value]) => isFilled(value));
  return fields.map(([name, value]) => cutTo(`    ${name}: ${JSON.stringify(value)}`, WIDTH));
}

const tableOf = (tally: Tally): string[] =>
  [...tally.records].map(
    ([stream, records]) => `  ${stream.padEnd(16)}${String(records).padStart(6)} records`,
  );

const summaryOf = ({ tally, requests, seconds }: Sync): string => {
  const total = [...tally.records.values()].reduce((sum, records) => sum + records, 0);
  return `  ${total} records with ${requests} requests in ${seconds.toFixed(1)} s`;
};

/** A few words that describe a record. */
function nameOf(record: Readonly<Record<string, unknown>>): string {
  const text = ['name', 'text', 'subject', 'note'].map((key) => record[key]).find(isFilled);
  const kind = typeof record._type === 'string' ? `${record._type} ` : '';
  const what = isFilled(record.action) ? ` ${record.object_type} ${record.action}` : '';
  const gone = isFilled(record._sdc_deleted_at) ? ' (deleted)' : '';
  return `${kind}${record.id}${text === undefined ? '' : ` ${JSON.stringify(text)}`}${what}${gone}`;
}

/** The records of the second sync that are new or different from those of the first. */
function whatIsNew(first: Tally, second: Tally): { readonly lines: string[]; readonly again: number } {
  const lines: string[] = [];
  let again = 0;
  for (const [stream, rows] of second.rows) {
    for (const [id, text] of rows) {
      if (first.rows.get(stream)?.get(id) === text) again += 1;
      else lines.push(cutTo(`  ${stream.padEnd(12)}${nameOf(JSON.parse(text))}`, WIDTH));
    }
  }
  return { lines, again };
}

async function demo(sandbox: Sandbox, folder: string): Promise<number> {
  const { organisation } = sandbox;
  const config = join(folder, 'config.json');
  const state = join(folder, 'state.json');
  await writeFile(
    config,
    JSON.stringify({ api_key: 'api_sandbox', base_url: sandbox.url, emit_deletes: true }),
    { mode: 0o600 },
  );
  const count = (kind: string): string => `${organisation.ids(kind).length}`;
  say(
    `A made-up Close account on this machine: ${count('lead')} leads, ${count('contact')} contacts,`,
    `${count('opportunity')} opportunities, ${count('activity')} activities, ${count('task')} tasks, ${count('user')} users.`,
    '',
    'The first sync reads the last year, because there is no state yet:',
  );
  const first = await runTap(sandbox, ['--config', config]);
  if (first.code !== 0) return first.code;
  const [example] = first.tally.rows.get('tasks')?.values() ?? [];
  say(
    ...tableOf(first.tally),
    summaryOf(first),
    '',
    'One of the records is this task (empty fields are left out):',
  );
  if (example !== undefined) say(...showRecord(JSON.parse(example)));

  say('', 'Then people work in the account:', ...changeAccount(organisation).map((change) => `  ${change}`));
  await writeFile(state, JSON.stringify(first.tally.state ?? {}));
  say('', 'The second sync continues from the state of the first one. It finds what is new:');
  const second = await runTap(sandbox, ['--config', config, '--state', state]);
  const { lines, again } = whatIsNew(first.tally, second.tally);
  say(
    ...lines,
    summaryOf(second),
    `  ${again} of these have not changed; activities of the last day are read again, because they may still change`,
  );
  if (!passesMessagesOn) say('', 'To see the Singer messages: npm run demo -- --messages | less');
  return second.code;
}

const folder = await mkdtemp(join(tmpdir(), 'tap-closeio-demo-'));
const sandbox = await startSandbox(createOrganisation({ seed: 1, objects: 1000 }));
try {
  process.exitCode = await demo(sandbox, folder);
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}
