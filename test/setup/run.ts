import { type SpawnOptions, spawn } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program until it ends, and keeps its output. */
export const run = (
  program: string,
  args: readonly string[],
  options: SpawnOptions & { readonly input?: string } = {},
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    // If a program ends without reading its input, that is not an error.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });

/** Runs a program that must succeed. If it fails, the error has the end of its output. */
export const mustRun = async (
  program: string,
  args: readonly string[],
  options: SpawnOptions & { readonly input?: string } = {},
): Promise<string> => {
  const { code, stdout, stderr } = await run(program, args, options).catch((error: unknown) => {
    throw new Error(`${program} cannot be started: ${String(error)}`);
  });
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-40).join('\n');
  throw new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${said}`);
};
