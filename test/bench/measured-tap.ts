import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, type Output, runMeasured } from './measured-process.ts';

export const BIN = fileURLToPath(new URL('../../../bin/tap-closeio.js', import.meta.url));

export interface TapRunOptions {
  readonly output?: Output;
  readonly state?: object;
  /** What to do other than a sync. */
  readonly command?: readonly string[];
}

export interface MeasuredTap extends Measured {
  readonly records: number;
}

/** Runs the built tap against a sandbox and measures it. */
export const runTapMeasured = async (
  url: string,
  more: object = {},
  { output, state: given, command = [] }: TapRunOptions = {},
): Promise<MeasuredTap> => {
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-bench-'));
  try {
    const config = join(dir, 'config.json');
    await writeFile(
      config,
      JSON.stringify({ api_key: 'api_sandbox', base_url: url, start_date: '2000-01-01', ...more }),
    );
    const args = [BIN, ...command, '--config', config];
    if (given) {
      const state = join(dir, 'state.json');
      await writeFile(state, JSON.stringify(given));
      args.push('--state', state);
    }
    const measured = await runMeasured(args, output);
    if (measured.code !== 0) process.stderr.write(measured.stderr);
    const records = Number(/^INFO (\d+) records in/m.exec(measured.stderr)?.[1] ?? 0);
    return { ...measured, records };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
