import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../setup/run.ts';

const NODES = fileURLToPath(new URL('../../.build/nodes/', import.meta.url));

/** The oldest version that package.json allows, and the newest of each later major in the npm package `node`. */
export const VERSIONS = ['20.18.1', '22.23.3', '24.21.0', '26.10.0'];

/** The name of the package from which the install script of `node` gets the program. */
const packageName = (): string => {
  const { platform, arch } = process;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return [prefix, platform === 'win32' ? 'win' : platform, arch].join('-');
};

/**
 * Installs a Node from npm into `.build/nodes/<version>`, once, and returns the directory of its program. `node` itself is
 * installed without its install script, which some npm settings forbid. The package that the script would get is installed too.
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
