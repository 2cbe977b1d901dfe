import type { MeasuredTap } from './measured-tap.ts';
import { runTapMeasured } from './measured-tap.ts';
import { mib, type Row } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const runOf = async (records: number): Promise<MeasuredTap> => {
  const sandbox = await startSandboxProcess({
    leads: records * 0.05,
    activities: records * 0.8,
    tasks: records * 0.1,
    events: records * 0.03,
    contacts: 100,
    opportunities: 100,
    seed: 4,
  });
  try {
    return await runTapMeasured(sandbox.url);
  } finally {
    await sandbox.close();
  }
};

/** The average memory of a run after the named share of it. */
const residentAfter = ({ samples }: MeasuredTap, share: number): number => {
  const late = samples.slice(Math.floor(samples.length * share));
  return late.reduce((sum, { residentMiB }) => sum + residentMiB, 0) / Math.max(1, late.length);
};

/** The resident memory of a run of fifteen thousand records, and of one of a million. */
export const measureMemory = async (): Promise<Row[]> => {
  const small = await runOf(15_000);
  const large = await runOf(1_000_000);
  const early = large.samples.slice(
    Math.floor(large.samples.length * 0.1),
    Math.floor(large.samples.length * 0.3),
  );
  const first = early.reduce((sum, { residentMiB }) => sum + residentMiB, 0) / Math.max(1, early.length);
  const last = residentAfter(large, 0.8);
  return [
    ...[small, large].map((run) => ({
      what: `(d) resident memory over ${run.records} records`,
      measured: `at most ${mib(run.peakMiB)}`,
      target: '≤ 112 MiB',
      met: run.peakMiB <= 112,
    })),
    {
      what: `(d) its growth within ${large.records} records`,
      measured: `${mib(first)} on average from 10 to 30 %, ${mib(last)} in the last fifth`,
      target: 'flat',
      met: last < first * 1.1,
    },
  ];
};
