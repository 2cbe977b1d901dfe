import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../setup/python-env.ts';
import { runMeasured } from './measured-process.ts';
import { runTapMeasured } from './measured-tap.ts';
import { mib, type Row, seconds } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const PEER = fileURLToPath(new URL('../../../test/bench/peer/', import.meta.url));

/** The Python tap that this one replaces, from PyPI, on the same account at 100 ms an answer; where there is Python. */
export const measurePeer = async (): Promise<Row[]> => {
  const bin = await ensurePythonEnv('tap-closeio', join(PEER, 'tap-closeio.txt')).catch((error: unknown) => {
    process.stderr.write(`the Python tap is left out: ${error instanceof Error ? error.message : error}\n`);
    return null;
  });
  if (bin === null) return [];
  const sandbox = await startSandboxProcess({ objects: 15_000, seed: 1 });
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const config = join(dir, 'config.json');
    await writeFile(config, JSON.stringify({ api_key: 'api_sandbox', start_date: '2000-01-01T00:00:00Z' }));
    await runTapMeasured(sandbox.url);
    await sandbox.set({ latencyMs: 100 });
    const tap = await runTapMeasured(sandbox.url);
    const ours = await sandbox.report();
    await sandbox.set({ latencyMs: 100 });
    const args = [join(PEER, 'tap.py'), sandbox.url, '--config', config];
    const peer = await runMeasured(args, '/dev/null', [join(bin, 'python')]);
    if (peer.code !== 0) throw new Error(`the Python tap failed: ${peer.stderr.slice(-2000)}`);
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
    ];
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
};
