import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { openPipe } from './pipe.ts';

export interface Usage {
  readonly cpuSeconds: number;
  /** The largest resident memory. */
  readonly peakMiB: number;
  readonly upSeconds: number;
}

export interface Measured extends Usage {
  readonly code: number | null;
  readonly stderr: string;
  readonly samples: readonly Sample[];
}

/** The memory of a process at one moment. */
export interface Sample {
  /** Seconds since the start of the process. */
  readonly at: number;
  readonly residentMiB: number;
  /** The same, but a page that n processes share counts as an nth. */
  readonly shareMiB: number;
}

const PRELOAD = new URL('./report-usage.js', import.meta.url).href;

/** The resident memory of a process in MiB; 0 if it has ended. */
export const residentMiB = async (pid: number | undefined): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
};

const shareMiB = async (pid: number | undefined): Promise<number> => {
  const maps = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+)/m.exec(maps)?.[1] ?? 0) / 1024;
};

/** Starts a Node program that reports its CPU and memory on descriptor 3. */
const NODE: readonly string[] = [process.execPath, '--import', PRELOAD];

/** Where the output of a program goes: to a file, or into a pipe that is read at so many bytes a second. */
export type Output = string | { readonly bytesPerSecond: number };

/**
 * Runs a program, writes its output to a file (or nowhere, by default) or into a pipe, and measures it.
 * @param launch starts the program, which must report its CPU and memory on descriptor 3
 */
export const runMeasured = async (
  args: readonly string[],
  output: Output = '/dev/null',
  launch: readonly string[] = NODE,
): Promise<Measured> => {
  const out = typeof output === 'string' ? openSync(output, 'w') : openPipe(output.bytesPerSecond);
  const began = performance.now();
  const [program = '', ...before] = launch;
  const child = spawn(program, [...before, ...args], {
    stdio: ['ignore', out, 'pipe', 'pipe'],
  });
  closeSync(out);
  const texts = { stderr: '', usage: '' };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  child.stdio[3]?.on('data', (text) => {
    texts.usage += String(text);
  });
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const at = (performance.now() - began) / 1000;
    void Promise.all([residentMiB(child.pid), shareMiB(child.pid)]).then(([resident, share]) => {
      if (resident > 0) samples.push({ at, residentMiB: resident, shareMiB: share });
    });
  }, 250);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  const usage = JSON.parse(texts.usage || '{"cpuSeconds":0,"peakMiB":0,"upSeconds":0}') as Usage;
  return { ...usage, code, stderr: texts.stderr, samples };
};
