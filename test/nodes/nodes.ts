import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../setup/run.ts';

const NODES = fileURLToPath(new URL('../../.build/nodes/', import.meta.url));

/** The floor that package.json names, and the newest of each later major at the npm package `node`. */
export const VERSIONS = ['20.18.1', '22.23.3', '24.21.0', '26.10.0'];

/** The package that the install script of `node` fetches the program with, as it names it. */
const packageName = (): string => {
  const { platform, arch } = process;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return [prefix, platform === 'win32' ? 'win' : platform, arch].join('-');
};

/**
 * Installs a Node from npm into `.build/nodes/<version>`, once; returns the directory of its program. `node` itself
 * comes without its install script, which not every npm lets run; the package that it would fetch comes beside it.
 */
export const ensureNode = async (version: string): Promise<string> => {
  const prefix = join(NODES, version);
  const name = packageName();
  const bin = join(prefix, 'node_modules', name, 'bin');
  const isThere = () =>
    access(join(bin, 'node')).then(
      () => true,
      () => false,
    );
  if (!(await isThere())) {
    await mkdir(prefix, { recursive: true });
    const packages = [`node@${version}`, `${name}@${version}`];
    await mustRun('npm', ['install', '--prefix', prefix, '--no-save', '--ignore-scripts', ...packages]);
  }
  const found = (await mustRun(join(bin, 'node'), ['--version'])).trim();
  if (found !== `v${version}`) throw new Error(`.build/nodes/${version} holds Node ${found}`);
  return bin;
};
