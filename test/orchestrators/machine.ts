import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnv } from '../setup/python-env.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const EXAMPLES = at('examples/');
export const VALIDATORS = at('validators/');
const TAP = at('../../bin/tap-closeio.js');

/** Installs `.venv/orchestrators-<name>` with the versions of its requirements file. Returns the directory of its programs. */
export const ensureTool = (name: string): Promise<string> =>
  ensurePythonEnv(`orchestrators-${name}`, at(`requirements/${name}.txt`));

/** A machine as the examples need it: tap and target are on the path, and there is a directory with catalogs and states. */
export interface Machine {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly bookmarks: (part: string) => Promise<string[]>;
  /** The ids that the target received, for each stream. */
  readonly loaded: () => Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  readonly remove: () => Promise<void>;
}

export const createMachine = async (baseUrl: string): Promise<Machine> => {
  const target = await ensurePythonEnv('target-jsonl', at('../targets/requirements/target-jsonl.txt'));
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-machine-'));
  const [bin, out] = [join(dir, 'bin'), join(dir, 'out')];
  for (const name of [bin, out, join(dir, 'states')]) await mkdir(name);
  await cp(join(EXAMPLES, 'catalogs'), join(dir, 'catalogs'), { recursive: true });
  await writeFile(
    join(dir, 'target.json'),
    JSON.stringify({ destination_path: out, do_timestamp_file: false }),
  );
  const program = async (name: string, command: string): Promise<void> => {
    await writeFile(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program('tap-closeio', `'${process.execPath}' '${TAP}'`);
  await program('target-jsonl', `'${join(target, 'target-jsonl')}'`);
  return {
    dir,
    env: {
      ...process.env,
      PATH: [bin, process.env.PATH].join(delimiter),
      TAP_CLOSEIO_DIR: dir,
      TAP_CLOSEIO_API_KEY: 'api_sandbox',
      TAP_CLOSEIO_BASE_URL: baseUrl,
    },
    bookmarks: async (part) => {
      const text = await readFile(join(dir, 'states', `${part}.json`), 'utf8');
      return Object.keys((JSON.parse(text) as { bookmarks: object }).bookmarks).sort();
    },
    loaded: async () => {
      const streams = (await readdir(out)).map(async (file) => {
        const lines = (await readFile(join(out, file), 'utf8')).split('\n').filter((line) => line !== '');
        const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
        return [file.replace('.jsonl', ''), new Set(ids)] as const;
      });
      return new Map(await Promise.all(streams));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
};
