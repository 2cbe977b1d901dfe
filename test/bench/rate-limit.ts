import { runTapMeasured } from './measured-tap.ts';
import { type Row, seconds } from './row.ts';
import { type Report, startSandboxProcess } from './sandbox-process.ts';

const LIMIT = 10;
const WINDOW_SECONDS = 1;

/** Close counts by method and first part of the path. The group with the most requests decides the shortest time. */
const busiest = ({ byPath }: Report): number => {
  const groups = new Map<string, number>();
  for (const [path, { requests }] of Object.entries(byPath)) {
    const group = path.split('/')[1] ?? '';
    groups.set(group, (groups.get(group) ?? 0) + requests);
  }
  return Math.max(...groups.values());
};

/** The time under a rate limit, compared with the shortest time that the limit allows for so many requests. */
export const measureRateLimit = async (): Promise<Row[]> => {
  const sandbox = await startSandboxProcess({ objects: 30_000, seed: 2 });
  const rows: Row[] = [];
  try {
    await runTapMeasured(sandbox.url);
    for (const algorithm of ['bucket', 'window'] as const) {
      for (const share of [1, 0.8]) {
        const rateLimit = { limit: LIMIT, windowSeconds: WINDOW_SECONDS, algorithm };
        await sandbox.set({ latencyMs: 30, rateLimit });
        const run = await runTapMeasured(sandbox.url, { rate_limit_share: share });
        const report = await sandbox.report();
        // The first requests, which the limit lets through at once, take no time.
        const floor = ((busiest(report) - LIMIT) / (LIMIT * share)) * WINDOW_SECONDS;
        const ratio = run.upSeconds / floor;
        const refused = (100 * report.refused) / report.requests;
        rows.push({
          what: `(b) ${LIMIT} requests a second and group, as a ${algorithm}, share ${share}`,
          measured: `${seconds(run.upSeconds)}, floor ${seconds(floor)}: ${ratio.toFixed(2)}; ${refused.toFixed(2)} % of ${report.requests} refused`,
          target: '≤ 1.25; < 1 %',
          met: ratio <= 1.25 && refused < 1,
        });
      }
    }
    return rows;
  } finally {
    await sandbox.close();
  }
};
