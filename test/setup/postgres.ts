import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { mustRun, run } from './run.ts';

const PASSWORD = 'only-for-tests';

/** A PostgreSQL that only this suite uses. */
export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Gives the rows of a query, each as one line of text. */
  query(sql: string): Promise<string[]>;
  stop(): Promise<void>;
}

const NEEDED = ['initdb', 'postgres', 'psql'];

const namesIn = (dir: string): Promise<string[]> => readdir(dir).catch(() => []);

const isComplete = async (bin: string): Promise<boolean> => {
  const programs = new Set(await namesIn(bin));
  return NEEDED.every((program) => programs.has(program));
};

/** The directories of Debian's packages, newest version first, and then the one that pg_config names. */
const installed = async (): Promise<string | undefined> => {
  const root = '/usr/lib/postgresql';
  const versions = (await namesIn(root)).filter((name) => /^\d+$/.test(name));
  const dirs = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(root, version, 'bin'));
  const told = await run('pg_config', ['--bindir']).catch(() => ({ code: 1, stdout: '' }));
  if (told.code === 0) dirs.push(told.stdout.trim());
  for (const dir of dirs) if (await isComplete(dir)) return dir;
  return undefined;
};

const findOrInstall = async (): Promise<string> => {
  const found = await installed();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    throw new Error('PostgreSQL is not installed; on Debian: sudo apt-get install postgresql');
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun('apt-get', ['update'], { env });
  await mustRun('apt-get', ['install', '--yes', '--no-install-recommends', 'postgresql'], { env });
  const now = await installed();
  if (now === undefined) throw new Error('apt-get installed postgresql, but no initdb is to be found');
  return now;
};

/** PostgreSQL refuses to run as root. Then it runs as the user of its package, or as nobody. */
const unprivileged = async (): Promise<{ uid: number; gid: number } | Record<string, never>> => {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    if (uid.code === 0 && gid.code === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
};

/** Starts a cluster in its own directory on a free port. `stop` removes all of it. */
export const startPostgres = async (): Promise<Postgres> => {
  const bin = await findOrInstall();
  const identity = await unprivileged();
  const dir = await mkdtemp(join(tmpdir(), 'tap-closeio-postgres-'));
  const passwordFile = join(dir, 'password');
  await writeFile(passwordFile, PASSWORD);
  if (identity.uid !== undefined) {
    await chown(dir, identity.uid, identity.gid);
    await chown(passwordFile, identity.uid, identity.gid);
  }
  const data = join(dir, 'data');
  const as = { ...identity, cwd: dir };
  const locale = ['--encoding=UTF8', '--locale=C'];
  const access = ['--username=tap', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  await mustRun(join(bin, 'initdb'), [`--pgdata=${data}`, ...locale, ...access, '--no-sync'], as);

  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${dir}`,
    'fsync=off',
  ];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...as,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const stop = stopper(server, dir);

  const env = { ...process.env, PGPASSWORD: PASSWORD, PGOPTIONS: '--timezone=UTC' };
  const psql = (sql: string) =>
    run(
      join(bin, 'psql'),
      [
        '-X',
        '-At',
        '-v',
        'ON_ERROR_STOP=1',
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'tap',
        '-d',
        'postgres',
      ],
      { env, input: sql },
    );
  while ((await psql('select 1;')).code !== 0) {
    if (server.exitCode !== null || server.signalCode !== null) {
      await stop();
      throw new Error(`PostgreSQL did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  return {
    host: '127.0.0.1',
    port,
    user: 'tap',
    password: PASSWORD,
    database: 'postgres',
    query: async (sql) => {
      const { code, stdout, stderr } = await psql(`${sql};`);
      if (code !== 0) throw new Error(`psql: ${stderr}`);
      return stdout.split('\n').filter((line) => line !== '');
    },
    stop,
  };
};

const stopper = (server: ChildProcess, dir: string): (() => Promise<void>) => {
  const kill = () => server.kill('SIGQUIT');
  process.once('exit', kill);
  return async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const closed = once(server, 'close');
      // SIGINT is a fast shutdown, which does not wait for clients.
      server.kill('SIGINT');
      await closed;
    }
    process.off('exit', kill);
    await rm(dir, { recursive: true, force: true });
  };
};
