import { runMeasured } from './measured-process.ts';
import { BIN } from './measured-tap.ts';
import type { Row } from './row.ts';

/** Other programs on the machine can only make a start slower. So the starts alternate, and the fastest of each counts. */
const ROUNDS = 15;

const STARTS = {
  node: ['-e', '0'],
  version: [BIN, '--version'],
  discover: [BIN, '--discover'],
} as const;

/** How much longer the tap takes to start than Node itself, when it asks nobody. */
export const measureStartUp = async (): Promise<Row[]> => {
  const least = {
    node: Number.POSITIVE_INFINITY,
    version: Number.POSITIVE_INFINITY,
    discover: Number.POSITIVE_INFINITY,
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, args] of Object.entries(STARTS)) {
      const began = performance.now();
      await runMeasured(args, '/dev/null', [process.execPath]);
      const took = (performance.now() - began) / 1000;
      least[name as keyof typeof STARTS] = Math.min(least[name as keyof typeof STARTS], took);
    }
  }
  const rowOf = (what: string, took: number, most: number): Row => ({
    what: `(h) ${what}, longer than node -e 0`,
    measured: `${(took - least.node).toFixed(2)} s`,
    target: `≤ ${most.toFixed(2)} s`,
    met: took - least.node <= most,
  });
  return [
    rowOf('--version', least.version, 0.08),
    rowOf('--discover without a config', least.discover, 0.15),
  ];
};
