import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** An S3 that only this suite uses. */
export interface S3 {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** Starts moto's server on a free port. Its data is lost when it stops. @param bin the `bin` directory with moto */
export const startS3 = async (bin: string, buckets: readonly string[]): Promise<S3> => {
  const port = await freePort();
  const server = spawn(join(bin, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (server.exitCode !== null || server.signalCode !== null) return;
    const closed = once(server, 'close');
    kill();
    await closed;
  };
  const deadline = Date.now() + READY_MS;
  for (const bucket of buckets) {
    while (
      !(await fetch(`${url}/${bucket}`, { method: 'PUT' }).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (server.exitCode !== null || Date.now() > deadline) {
        await stop();
        throw new Error('the S3 of moto did not start');
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return { url, stop };
};
