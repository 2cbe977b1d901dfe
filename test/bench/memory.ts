import { type MeasuredTap, runTapMeasured, type TapRunOptions } from './measured-tap.ts';
import { mib, type Row } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const MIB = 1024 * 1024;

/** Runs the tap on an account of so many records, each time in one of these ways. */
const runsOf = async (records: number, ways: readonly TapRunOptions[]): Promise<MeasuredTap[]> => {
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
    const runs: MeasuredTap[] = [];
    for (const way of ways) runs.push(await runTapMeasured(sandbox.url, {}, way));
    return runs;
  } finally {
    await sandbox.close();
  }
};

/** The average memory of a run after the named share of it. */
const residentAfter = ({ samples }: MeasuredTap, share: number): number => {
  const late = samples.slice(Math.floor(samples.length * share));
  return late.reduce((sum, { residentMiB }) => sum + residentMiB, 0) / Math.max(1, late.length);
};

const FAST: TapRunOptions = { output: { bytesPerSecond: Number.POSITIVE_INFINITY } };
const SLOW: TapRunOptions = { output: { bytesPerSecond: MIB } };

const peakRow = (what: string, { peakMiB }: MeasuredTap, mostMiB: number): Row => ({
  what: `(d) resident memory: ${what}`,
  measured: `at most ${mib(peakMiB)}`,
  target: `≤ ${mostMiB} MiB`,
  met: peakMiB <= mostMiB,
});

/** The resident memory of syncs of fifteen thousand records and of a million, of discovery and of `check`. */
export const measureMemory = async (): Promise<Row[]> => {
  const small = await runsOf(15_000, [
    FAST,
    SLOW,
    { ...FAST, command: ['--discover'] },
    { command: ['check'] },
  ]);
  const [fast, slow, discovery, check] = small as [MeasuredTap, MeasuredTap, MeasuredTap, MeasuredTap];
  const [large] = (await runsOf(1_000_000, [FAST])) as [MeasuredTap];
  const early = large.samples.slice(
    Math.floor(large.samples.length * 0.1),
    Math.floor(large.samples.length * 0.3),
  );
  const first = early.reduce((sum, { residentMiB }) => sum + residentMiB, 0) / Math.max(1, early.length);
  const last = residentAfter(large, 0.8);
  return [
    peakRow(`${fast.records} records`, fast, 112),
    peakRow(`${large.records} records`, large, 112),
    peakRow(`${slow.records} records, read at 1 MiB a second`, slow, 128),
    peakRow('discovery', discovery, 100),
    peakRow('check', check, 100),
    {
      what: `(d) its growth within ${large.records} records`,
      measured: `${mib(first)} on average from 10 to 30 %, ${mib(last)} in the last fifth`,
      target: 'flat',
      met: last < first * 1.1,
    },
  ];
};
