import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

/** The tables of this account with many rows. */
const TABLES = {
  '/data/search/': 'leads',
  '/activity/': 'activities',
  '/task/': 'tasks',
  '/event/': 'event_log',
};

/** The columns of the rows of each path, in order. */
const columnsByPath = async (): Promise<Record<string, string[]>> => {
  const columns: Record<string, string[]> = {};
  for (const [path, table] of Object.entries(TABLES)) {
    const file = new URL(`../../../schemas/${table}.json`, import.meta.url);
    columns[path] = Object.keys(JSON.parse(await readFile(file, 'utf8')).properties);
  }
  return columns;
};

const least = (runs: readonly Measured[], of: 'cpuSeconds' | 'upSeconds'): number =>
  Math.min(...runs.map((run) => run[of]));

/**
 * The CPU for the same pages, compared with a loop that only asks, parses and writes JSON: the rows as they come, and with all
 * columns of the tables.
 */
export const measureThroughput = async (): Promise<Row[]> => {
  const sandbox = await startSandboxProcess({
    leads: 20_000,
    activities: 120_000,
    tasks: 30_000,
    events: 30_000,
    contacts: 3_000,
    opportunities: 3_000,
    seed: 3,
  });
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const [requests, columns] = [join(dir, 'requests'), join(dir, 'columns')];
    await writeFile(columns, JSON.stringify(await columnsByPath()));
    await sandbox.set({});
    const tap = await runTapMeasured(sandbox.url);
    await sandbox.save(requests);
    const taps: Measured[] = [];
    const bares: Measured[] = [];
    const wides: Measured[] = [];
    const bare = [BARE_LOOP, sandbox.url, requests, '16'];
    for (let round = 0; round < ROUNDS; round += 1) {
      bares.push(await runMeasured(bare));
      wides.push(await runMeasured([...bare, columns]));
      taps.push(await runTapMeasured(sandbox.url));
    }
    const cpu = least(taps, 'cpuSeconds');
    const perMillion = (cpuSeconds: number): string => seconds((cpuSeconds / tap.records) * 1e6);
    const compared = (loop: string, runs: readonly Measured[]): Row => {
      const ratio = cpu / least(runs, 'cpuSeconds');
      return {
        what: `(c) CPU to ${loop}`,
        measured: `${perMillion(cpu)} to ${perMillion(least(runs, 'cpuSeconds'))} per million records: ${ratio.toFixed(2)}`,
        target: '≤ 1.4',
        met: ratio <= 1.4,
      };
    };
    return [
      {
        what: `(c) ${tap.records} records without latency`,
        measured: `${Math.round(tap.records / least(taps, 'upSeconds'))} records/s`,
        target: '',
        met: null,
      },
      compared('a bare loop that writes rows as they come', bares),
      compared('a bare loop that writes all columns, as the tap must', wides),
    ];
  } finally {
    await sandbox.close();
    await rm(dir, { recursive: true });
  }
};
