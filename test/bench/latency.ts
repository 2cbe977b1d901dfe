import { runTapMeasured } from './measured-tap.ts';
import { type Row, seconds } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

/** Wall time at 100 ms an answer, against the same requests one after the other. */
export const measureLatency = async (): Promise<Row[]> => {
  const sandbox = await startSandboxProcess({ objects: 15_000, seed: 1 });
  try {
    // Not for the numbers: the sandbox sorts its tables and renders its rows at their first use.
    await runTapMeasured(sandbox.url);
    await sandbox.set({ latencyMs: 100 });
    const side = await runTapMeasured(sandbox.url);
    const { requests } = await sandbox.report();
    await sandbox.set({ latencyMs: 100 });
    const alone = await runTapMeasured(sandbox.url, { max_concurrency: 1 });
    const one = await sandbox.report();
    const ratio = alone.upSeconds / side.upSeconds;
    return [
      {
        what: `(a) 15 000 objects at 100 ms: ${side.records} records, ${requests} requests side by side, ${one.requests} one by one`,
        measured: `${seconds(side.upSeconds)} (${seconds(side.cpuSeconds)} CPU) against ${seconds(alone.upSeconds)}: ${ratio.toFixed(1)} ×`,
        target: '≥ 10 ×',
        met: ratio >= 10,
      },
    ];
  } finally {
    await sandbox.close();
  }
};
