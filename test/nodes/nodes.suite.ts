import { mkdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { run } from '../setup/run.ts';
import { ensureNode, VERSIONS } from './nodes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPORTS = join(ROOT, '.build', 'nodes', 'reports');

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The environment of somebody who has only this version of Node: everything that starts `node` gets it. */
const environmentOf = (bin: string): NodeJS.ProcessEnv => {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_|TINYPOOL)/.test(name));
  return { ...Object.fromEntries(own), PATH: [bin, process.env.PATH].join(delimiter) };
};

const namesByNode = new Map<string, readonly string[]>();

describe.each(VERSIONS)('on Node %s', (version) => {
  test('the binary prints its version', async () => {
    const bin = await ensureNode(version);
    const { version: own } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

    const ended = await run(join(bin, 'node'), [join(ROOT, 'bin', 'tap-closeio.js'), '--version'], {
      env: environmentOf(bin),
    });

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain(own);
  });

  test('all tests pass', async () => {
    const bin = await ensureNode(version);
    const report = join(REPORTS, `${version}.json`);
    await mkdir(REPORTS, { recursive: true });
    await rm(report, { force: true });
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const args = ['run', '--config', 'test/vitest.config.ts', '--reporter=json', `--outputFile=${report}`];

    const ended = await run(join(bin, 'node'), [vitest, ...args], { cwd: ROOT, env: environmentOf(bin) });

    const text = await readFile(report, 'utf8').catch(() => {
      throw new Error(`vitest ended with ${ended.code} and without a report:\n${ended.stderr.slice(-4000)}`);
    });
    const { testResults } = JSON.parse(text) as Report;
    const tests = testResults.flatMap(({ name, message, assertionResults }) => [
      // A file that could not be loaded has no tests, but a message.
      ...(assertionResults.length === 0 ? [{ name, status: 'failed', why: message }] : []),
      ...assertionResults.map(({ fullName, status, failureMessages }) => ({
        name: `${name.replace(ROOT, '')}: ${fullName}`,
        status,
        why: failureMessages[0]?.slice(0, 500) ?? '',
      })),
    ]);
    process.stderr.write(`Node ${version}: ${tests.length} tests\n`);
    namesByNode.set(
      version,
      tests
        .filter(({ status }) => status === 'passed')
        .map(({ name }) => name)
        .sort(),
    );
    expect(tests.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(ended.code).toBe(0);
  });
});

test('the same tests pass on all versions', () => {
  const [first = [], ...others] = VERSIONS.map((version) => namesByNode.get(version) ?? []);

  for (const names of others) expect(names).toEqual(first);
});
