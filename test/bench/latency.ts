import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMeasured } from './measured-process.ts';
import { runTapMeasured } from './measured-tap.ts';
import { type Row, seconds } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import { BARE_LOOP } from './throughput.ts';

/** The time of a sync if each answer takes 100 ms, compared with the same requests one after the other. */
export const measureLatency = async (): Promise<Row[]> => {
  const sandbox = await startSandboxProcess({ objects: 15_000, seed: 1 });
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const requests = join(dir, 'requests');
    // This run is not measured: the sandbox sorts its tables and makes its rows when they are first used.
    await runTapMeasured(sandbox.url);
    await sandbox.set({ latencyMs: 100 });
    const tap = await runTapMeasured(sandbox.url);
    const made = await sandbox.report();
    await sandbox.save(requests);
    const inTurn = await runMeasured([BARE_LOOP, sandbox.url, requests, '1']);
    const ratio = inTurn.upSeconds / tap.upSeconds;
    return [
      {
        what: `(a) 15 000 objects at 100 ms: ${tap.records} records, ${made.requests} requests`,
        measured: `${seconds(tap.upSeconds)} (${seconds(tap.cpuSeconds)} CPU), one at a time ${seconds(inTurn.upSeconds)}: ${ratio.toFixed(1)} ×`,
        target: '≥ 10 ×',
        met: ratio >= 10,
      },
    ];
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
};
