import { runTapMeasured } from './measured-tap.ts';
import { mib, type Row, seconds } from './row.ts';
import { startSandboxProcess } from './sandbox-process.ts';

const ACCOUNTS = 20;
const LIMIT = 10;
const MOST_MIB = 2048;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** First syncs of many accounts at the same time. Each has its own key, and so its own rate limit. */
export const measureAccounts = async (): Promise<Row[]> => {
  const apiKeys = Array.from({ length: ACCOUNTS }, (_, number) => `api_account_${number}`);
  const sandbox = await startSandboxProcess({ objects: 15_000, seed: 3 });
  try {
    await runTapMeasured(sandbox.url);
    await sandbox.set({ apiKeys, latencyMs: 100, rateLimit: { limit: LIMIT, windowSeconds: 1 } });
    const runs = await Promise.all(apiKeys.map((api_key) => runTapMeasured(sandbox.url, { api_key })));
    const { requests, refused } = await sandbox.report();
    const failed = runs.filter(({ code }) => code !== 0).length;
    const resident = sumOf(runs.map(({ peakMiB }) => peakMiB));
    // Memory pages that the processes share exist once only, so each process counts its part of them.
    const held = sumOf(runs.map(({ samples }) => Math.max(0, ...samples.map(({ shareMiB }) => shareMiB))));
    const records = sumOf(runs.map((run) => run.records));
    const row = (what: string, measured: string, target = '', met: boolean | null = null): Row => ({
      what: `(g) ${ACCOUNTS} accounts at the same time, each with ${LIMIT} requests per second and group: ${what}`,
      measured,
      target,
      met,
    });
    return [
      row('records', `${records}; ${failed} syncs failed`, 'none failed', failed === 0),
      row('requests', `${requests}, ${((100 * refused) / requests).toFixed(2)} % refused`),
      row('time', `${seconds(Math.max(...runs.map(({ upSeconds }) => upSeconds)))} for the slowest`),
      row('CPU', `${seconds(sumOf(runs.map(({ cpuSeconds }) => cpuSeconds)))} of all taps together`),
      row(
        'memory of all taps: the sum of their maxima',
        `${mib(held)}; ${mib(resident)} with shared pages counted ${ACCOUNTS} times`,
        `≤ ${MOST_MIB} MiB`,
        held <= MOST_MIB,
      ),
    ];
  } finally {
    await sandbox.close();
  }
};
