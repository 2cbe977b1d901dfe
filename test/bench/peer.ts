import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { type Measured, runMeasured } from './measured-process.ts';
import { runTapMeasured } from './measured-tap.ts';
import { mib, type Row, seconds } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const PEER = fileURLToPath(new URL('../../../test/bench/peer/', import.meta.url));

const ACCOUNT = { objects: 15_000, seed: 1 };

/** Runs a tap with a sandbox, and writes its output to a file. */
type Run = (url: string, output: string) => Promise<Measured>;

const idsIn = async (file: string): Promise<Set<string>> => {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
  const messages = lines.map((line) => JSON.parse(line) as { type: string; record?: { id?: string } });
  return new Set(
    messages.flatMap(({ type, record }) => (type === 'RECORD' && record?.id ? [record.id] : [])),
  );
};

/**
 * Counts the rows that a tap misses in an account that changes, although they exist from start to end.
 * @param still the rows that the tap wrote for the same account without changes. Rows that it never reads do not count as lost
 */
const lostUnderChanges = async (run: Run, still: string): Promise<string> => {
  const sandbox = await startSandboxProcess(ACCOUNT);
  const output = `${still}.changing`;
  try {
    const start = await sandbox.ids();
    await sandbox.set({ changing: true });
    await run(sandbox.url, output);
    const end = new Set(await sandbox.ids());
    const read = await idsIn(still);
    const found = await idsIn(output);
    const there = start.filter((id) => end.has(id) && read.has(id));
    return `${there.filter((id) => !found.has(id)).length} of ${there.length}`;
  } finally {
    await sandbox.close();
  }
};

/** Runs the Python tap from PyPI, which this one replaces, on the same account with 100 ms for each answer; needs Python. */
export const measurePeer = async (): Promise<Row[]> => {
  const bin = await ensurePythonEnv('tap-closeio', join(PEER, 'tap-closeio.txt')).catch((error: unknown) => {
    process.stderr.write(`the Python tap is left out: ${error instanceof Error ? error.message : error}\n`);
    return null;
  });
  if (bin === null) return [];
  const sandbox = await startSandboxProcess(ACCOUNT);
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const config = join(dir, 'config.json');
    await writeFile(config, JSON.stringify({ api_key: 'api_sandbox', start_date: '2000-01-01T00:00:00Z' }));
    const runPeer: Run = async (url, output) => {
      const args = [join(PEER, 'tap.py'), url, '--config', config];
      const measured = await runMeasured(args, output, [join(bin, 'python')]);
      if (measured.code !== 0) throw new Error(`the Python tap failed: ${measured.stderr.slice(-2000)}`);
      return measured;
    };
    const [ownOutput, peerOutput] = [join(dir, 'own.jsonl'), join(dir, 'peer.jsonl')];
    await runTapMeasured(sandbox.url);
    await sandbox.set({ latencyMs: 100 });
    const tap = await runTapMeasured(sandbox.url, {}, { output: ownOutput });
    const ours = await sandbox.report();
    await sandbox.set({ latencyMs: 100 });
    const peer = await runPeer(sandbox.url, peerOutput);
    const theirs = await sandbox.report();
    const row = (what: string, own: string, other: string): Row => ({
      what: `(f) a first sync of ${tap.records} records at 100 ms an answer: ${what}`,
      measured: `${own}; the Python tap ${other}`,
      target: '',
      met: null,
    });
    return [
      row('time', seconds(tap.upSeconds), seconds(peer.upSeconds)),
      row('CPU', seconds(tap.cpuSeconds), seconds(peer.cpuSeconds)),
      row('memory', mib(tap.peakMiB), mib(peer.peakMiB)),
      row('requests', String(ours.requests), String(theirs.requests)),
      row(
        'rows lost when something changes at each request',
        await lostUnderChanges((url, output) => runTapMeasured(url, {}, { output }), ownOutput),
        await lostUnderChanges(runPeer, peerOutput),
      ),
    ];
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
};
