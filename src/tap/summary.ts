import type { SyncOutcome } from './sync.ts';

/** What a run came to, line by line, for the end of a log. */
export const summarize = (outcome: SyncOutcome, seconds: number): { info: string; failures: string[] } => {
  const total = [...outcome.records.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...outcome.records].map(([stream, count]) => `${stream} ${count}`);
  return {
    info: `${total} records in ${seconds.toFixed(1)} s (${parts.join(', ')})`,
    failures: outcome.failures.map(({ stream, reason }) => `${stream} is not complete: ${reason}`),
  };
};
