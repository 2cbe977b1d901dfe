import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOrganisation, type Organisation } from './organisation.ts';
import { type Sandbox, startSandbox } from './server.ts';
import { createTally, type Tally } from './tally.ts';

const TAP = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));

/** Runs the tap once; its messages go through to our own stdout, or are only counted. */
async function runTap(args: readonly string[], passOn: boolean): Promise<{ code: number; tally: Tally }> {
  const tap = spawn(process.execPath, [TAP, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(tap, 'close');
  const tally = createTally();
  tap.stdout.setEncoding('utf8');
  for await (const chunk of tap.stdout) {
    tally.feed(String(chunk));
    if (passOn && process.stdout.writable && !process.stdout.write(chunk))
      await once(process.stdout, 'drain');
  }
  const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
  return { code: code ?? (signal === null ? 1 : 128), tally };
}

function report(title: string, tally: Tally, requests: number, seconds: number): void {
  const lines = [...tally.records].map(([stream, n]) => `  ${stream.padEnd(16)}${String(n).padStart(7)}`);
  const total = [...tally.records.values()].reduce((sum, n) => sum + n, 0);
  process.stderr.write(
    `\n${title}: ${total} records, ${requests} requests, ${seconds.toFixed(1)} s\n${lines.join('\n')}\n`,
  );
}

/** What a morning at the office does to the account. */
function changeSomething(organisation: Organisation): void {
  const [first = '', second = '', third = ''] = organisation.ids('lead');
  organisation.update('lead', first, { description: 'Called back.' });
  organisation.create('activity', { _type: 'Note', lead_id: first, note: 'Wants a quote.' });
  organisation.create('task', { _type: 'lead', lead_id: first, text: 'Send the quote' });
  organisation.mergeLeads(second, third);
}

async function demo(sandbox: Sandbox, folder: string): Promise<number> {
  const config = join(folder, 'config.json');
  const state = join(folder, 'state.json');
  await writeFile(config, JSON.stringify({ api_key: 'api_sandbox', base_url: sandbox.url }));

  const timed = async (title: string, args: readonly string[], passOn: boolean) => {
    const before = sandbox.requests.length;
    const began = performance.now();
    const run = await runTap(['--config', config, ...args], passOn);
    report(title, run.tally, sandbox.requests.length - before, (performance.now() - began) / 1000);
    return run;
  };
  const first = await timed('First sync', [], true);
  if (first.code !== 0) return first.code;
  changeSomething(sandbox.organisation);
  await writeFile(state, JSON.stringify(first.tally.state ?? {}));
  const second = await timed('Second sync, after a few changes', ['--state', state], false);
  return second.code;
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', () => undefined);
const folder = await mkdtemp(join(tmpdir(), 'tap-closeio-demo-'));
const sandbox = await startSandbox(createOrganisation({ seed: 1 }));
try {
  process.exitCode = await demo(sandbox, folder);
} finally {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}
