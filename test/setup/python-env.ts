import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, run } from './run.ts';

const VENVS = fileURLToPath(new URL('../../.venv/', import.meta.url));

/** The requirements were resolved for Python 3.11, and numpy needs at least that. */
const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3'];

/**
 * The tools that build old source distributions. All builds use exactly these: pkg_resources,
 * which some packages also import at run time, is no longer in setuptools 81.
 */
const BUILD_TOOLS = ['pip==25.3', 'setuptools==80.9.0', 'wheel==0.45.1'];

const findPython = async (): Promise<{ python: string; version: string }> => {
  const candidates = [process.env.TAP_TEST_PYTHON, ...PYTHONS].filter((name) => name !== undefined);
  for (const python of candidates) {
    const probe = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])';
    const { code, stdout } = await run(python, ['-c', probe]).catch(() => ({ code: 1, stdout: '' }));
    const minor = /^3\.(\d+)/.exec(stdout)?.[1];
    if (code === 0 && Number(minor) >= 11) return { python, version: stdout.trim() };
  }
  throw new Error(
    `no Python from 3.11 on with venv and ensurepip was found (tried ${candidates.join(', ')}); ` +
      'install one, on Debian with apt-get install python3 python3-venv, or name it in TAP_TEST_PYTHON',
  );
};

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Only one process at a time may install into an environment. A lock is removed if its owner has ended. */
const withLock = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const isAlive = async (): Promise<boolean> => {
    const owner = Number(await readFile(path, 'utf8').catch(() => ''));
    // An empty file is just being written.
    if (owner === 0) return true;
    try {
      return process.kill(owner, 0);
    } catch {
      return false;
    }
  };
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isAlive()) await sleep(200);
    else await rm(path, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
};

/**
 * Installs exactly what the requirements file names into `.venv/<name>`, and returns its `bin` directory. A marker shows
 * that an environment is complete, so that nothing is installed again.
 */
export const ensurePythonEnv = async (name: string, requirements: string): Promise<string> => {
  const { python, version } = await findPython();
  const pins = await readFile(requirements, 'utf8');
  const wanted = createHash('sha256')
    .update([version, ...BUILD_TOOLS, pins].join('\n'))
    .digest('hex');
  const dir = join(VENVS, name);
  const marker = join(dir, 'installed.sha256');
  const bin = join(dir, 'bin');

  await mkdir(VENVS, { recursive: true });
  await withLock(join(VENVS, `${name}.lock`), async () => {
    if ((await readFile(marker, 'utf8').catch(() => '')) === wanted) return;
    await rm(dir, { recursive: true, force: true });
    await mustRun(python, ['-m', 'venv', dir]);
    const pip = (args: readonly string[]) =>
      mustRun(join(bin, 'python'), [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        ...args,
      ]);
    await pip(BUILD_TOOLS);
    await pip(['--no-deps', '--no-build-isolation', '--requirement', requirements]);
    await writeFile(marker, wanted);
  }).catch((error: unknown) => {
    throw new Error(`the Python environment .venv/${name} could not be installed`, { cause: error });
  });
  return bin;
};
