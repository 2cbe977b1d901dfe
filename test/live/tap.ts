import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface TapCall {
  /** The path of the program, `bin/tap-closeio.js`. */
  readonly bin: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The file for its log. It may have data of the account, so it is not shown. */
  readonly log: string;
  readonly onLine: (line: string) => void;
}

/** Runs the program, and passes on its output line by line, as fast as the lines are read. @returns its exit code */
export const runTap = async ({ bin, args, env, cwd, log, onLine }: TapCall): Promise<number> => {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  child.stderr.pipe(createWriteStream(log, { flags: 'a', mode: 0o600 }));
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  }
  if (rest !== '') onLine(rest);
  return ended;
};
