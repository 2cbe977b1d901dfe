import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK_BYTES = 64 * 1024;

/** Reads a file to its end, and waits after each chunk. */
const READER = `
  const { openSync, readSync } = require('node:fs');
  const [path, chunk, waitMs] = process.argv.slice(1);
  const file = openSync(path);
  const buffer = Buffer.alloc(Number(chunk));
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  while (readSync(file, buffer) > 0) if (Number(waitMs) > 0) Atomics.wait(sleeper, 0, 0, Number(waitMs));
`;

/**
 * Opens a pipe that another process reads. The pipes that Node makes for its children are sockets, which behave
 * differently.
 * @param bytesPerSecond infinite for a reader that never waits
 * @returns the descriptor to write to; the reader ends when nobody has it open
 */
export const openPipe = (bytesPerSecond: number): number => {
  const dir = mkdtempSync(join(tmpdir(), 'tap-closeio-bench-'));
  const path = join(dir, 'pipe');
  execFileSync('mkfifo', [path]);
  const waitMs = (CHUNK_BYTES / bytesPerSecond) * 1000;
  spawn(process.execPath, ['-e', READER, path, String(CHUNK_BYTES), String(waitMs)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Waits until the reader has opened its end.
  const descriptor = openSync(path, 'w');
  rmSync(dir, { recursive: true });
  return descriptor;
};
