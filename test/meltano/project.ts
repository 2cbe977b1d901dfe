import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../setup/python-env.ts';
import type { Finished } from '../setup/run.ts';
import { requirementsOf } from '../targets/target.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const TAP = fileURLToPath(new URL('../../bin/tap-closeio.js', import.meta.url));

/** A copy of the example project, with its plugins installed. */
export interface MeltanoProject {
  readonly dir: string;
  /** Runs `meltano` until it ends, even if it fails. */
  meltano(args: readonly string[], options?: MeltanoOptions): Promise<Finished>;
  /** Every file that the project has now, with its text. */
  files(): Promise<ReadonlyMap<string, string>>;
  remove(): Promise<void>;
}

export interface MeltanoOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
}

/** The `bin` directories of Meltano and of the targets. */
export interface Bins {
  readonly meltano: string;
  readonly jsonl: string;
  readonly duckdb: string;
  readonly postgres: string;
}

export const installMeltano = async (): Promise<Bins> => ({
  meltano: await ensurePythonEnv('meltano', join(HERE, 'requirements.txt')),
  jsonl: await ensurePythonEnv('target-jsonl', requirementsOf('target-jsonl')),
  duckdb: await ensurePythonEnv('target-duckdb', requirementsOf('target-duckdb')),
  postgres: await ensurePythonEnv('target-postgres', requirementsOf('target-postgres')),
});

export const createProject = async (
  bins: Bins,
  env: Readonly<Record<string, string>>,
): Promise<MeltanoProject> => {
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-meltano-'));
  await cp(join(HERE, 'project'), dir, { recursive: true });
  // The same as after `npm install tap-closeio` in the project.
  await mkdir(join(dir, 'node_modules', '.bin'), { recursive: true });
  await symlink(TAP, join(dir, 'node_modules', '.bin', 'tap-closeio'));
  const all = {
    ...withoutMeltano(process.env),
    PATH: [bins.jsonl, bins.duckdb, bins.postgres, dirname(process.execPath), process.env.PATH ?? ''].join(
      delimiter,
    ),
    MELTANO_SEND_ANONYMOUS_USAGE_STATS: 'false',
    MELTANO_PROJECT_ROOT: dir,
    NO_COLOR: '1',
    ...env,
  };

  return {
    dir,
    meltano: (args, options = {}) =>
      new Promise((resolve, reject) => {
        // It gets its own process group, so that it can be killed with all its children.
        const child = spawn(join(bins.meltano, 'meltano'), args, {
          cwd: dir,
          detached: true,
          env: { ...all, ...options.env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const text = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const) {
          child[name].setEncoding('utf8').on('data', (chunk: string) => {
            text[name] += chunk;
          });
        }
        child.on('error', reject);
        child.on('close', (code) => resolve({ code, ...text }));
        options.onStart?.(child);
      }),
    files: async () => {
      const entries = await readdir(dir, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      return new Map(
        await Promise.all(paths.map(async (path) => [path, await readFile(path, 'latin1')] as const)),
      );
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
};

/** The environment without the developer's own settings for Meltano and the tap. */
const withoutMeltano = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(MELTANO_|TAP_CLOSEIO_|TARGET_|LOGLEVEL$|PYTHON)/.test(name)
        ? []
        : [[name, value]],
    ),
  );
