import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, runMeasured } from './measured-process.ts';
import { runTapMeasured } from './measured-tap.ts';
import { type Row, seconds } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

export const BARE_LOOP = fileURLToPath(new URL('./bare-loop.js', import.meta.url));

/** Other programs on the machine can only make a run slower. So both are run so often, in turn, and the fastest counts. */
const ROUNDS = 3;

/** The CPU for the same pages, compared with a loop that only asks, parses and writes JSON. */
export const measureThroughput = async (): Promise<Row[]> => {
  const sandbox = await startSandboxProcess({
    leads: 40_000,
    activities: 240_000,
    tasks: 60_000,
    events: 60_000,
    contacts: 3_000,
    opportunities: 3_000,
    seed: 3,
  });
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const requests = join(dir, 'requests');
    await sandbox.set({});
    const tap = await runTapMeasured(sandbox.url);
    await sandbox.save(requests);
    const taps: Measured[] = [];
    const bares: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bares.push(await runMeasured([BARE_LOOP, sandbox.url, requests]));
      taps.push(await runTapMeasured(sandbox.url));
    }
    const least = (runs: readonly Measured[], of: 'cpuSeconds' | 'upSeconds'): number =>
      Math.min(...runs.map((run) => run[of]));
    const [cpu, bare] = [least(taps, 'cpuSeconds'), least(bares, 'cpuSeconds')];
    const perMillion = (cpuSeconds: number): string => seconds((cpuSeconds / tap.records) * 1e6);
    const ratio = cpu / bare;
    return [
      {
        what: `(c) ${tap.records} records without latency`,
        measured: `${Math.round(tap.records / least(taps, 'upSeconds'))} records/s; CPU per million ${perMillion(cpu)}, bare loop ${perMillion(bare)}: ${ratio.toFixed(2)}`,
        target: '≤ 1.4',
        met: ratio <= 1.4,
      },
    ];
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
};
