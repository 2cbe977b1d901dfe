import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** A file, and its path below `src`. */
interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Which layer may import which. A folder is a layer; `.` is the root of `src`, which has the entry point and the leaves. Every
 * file may also import its own layer, the leaves, and the types of `terminal` and `config`.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  '.': ['cli', 'commands', 'singer', 'terminal'],
  cli: ['terminal'],
  // Commands put everything together.
  commands: [
    'cli',
    'config',
    'terminal',
    'verify',
    'probes',
    'tap',
    'streams',
    'close',
    'http',
    'schema',
    'singer',
    'state-file',
    'pipeline',
    'views',
  ],
  config: ['terminal'],
  terminal: [],
  verify: ['tap', 'streams', 'close', 'singer'],
  tap: ['streams', 'close', 'schema', 'singer'],
  // Probes send the same requests as walks, but use no walk.
  probes: ['streams', 'close', 'close/paging'],
  streams: ['close', 'close/walks', 'close/paging'],
  close: ['close/walks', 'close/paging'],
  'close/walks': ['close', 'close/paging'],
  'close/paging': ['close'],
  http: [],
  schema: [],
  singer: [],
  'state-file': ['singer', 'terminal'],
  pipeline: [],
  views: [],
};

/** Every layer may import types from these. */
const TYPES_ARE_FREE: readonly string[] = ['terminal', 'config'];

/** A layer may also import types from these. */
const MAY_NAME: Readonly<Record<string, readonly string[]>> = {
  tap: ['http', 'close/walks'],
  probes: ['http'],
  close: ['http'],
  'close/walks': ['http'],
};

/** Every layer may import these. They are small, and know neither Close nor Singer. */
const LEAVES: readonly string[] = [
  ...['errors.ts', 'clock.ts', 'did-you-mean.ts', 'own-columns.ts', 'secrets.ts'],
  ...['json', 'time'],
];

/** The layers that may import each package. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli'],
  undici: ['http'],
  'p-retry': ['http'],
  ajv: ['schema'],
  luxon: ['time'],
  // These layers read JSON from outside.
  zod: ['config', 'json', 'close', 'schema', 'singer', 'state-file', 'pipeline'],
};

/** Packages that load slowly, and the files that must not load them at once, because their commands are to be quick. */
const LOADED_LATE: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['zod', 'undici', 'ajv', 'luxon', 'p-retry'],
  'commands/open-session.ts': ['zod', 'undici', 'ajv', 'luxon', 'p-retry'],
  'commands/discover.ts': ['zod', 'undici', 'ajv', 'p-retry'],
};

/** Names of streams that also mean something else: this one is also a column. */
const NAMES_OF_OTHER_THINGS: readonly string[] = ['custom_fields'];

/** The only files that may write to standard output or standard error. */
const MAY_WRITE: readonly string[] = [
  'main.ts',
  'commands/open-session.ts',
  'commands/open-tap.ts',
  'singer/output.ts',
];

const LONGEST = 200;

const layerOf = (path: string): string => dirname(path);

const isLeaf = (path: string): boolean => LEAVES.includes(path) || LEAVES.includes(layerOf(path));

interface Import {
  readonly of: string;
  readonly typesOnly: boolean;
  /** Loaded only when the code gets there. */
  readonly isLate: boolean;
}

const STATIC =
  /^(?:import\s+(type\s+)?([^;'"]*?)\s*(?:from\s+)?|export\s+(type\s+)?(\*[^;'"]*|\{[^}]*\})\s+from\s+)['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const importsOf = ({ path, text }: Source): Import[] => {
  const resolved = (of: string): string => (of.startsWith('.') ? normalize(join(dirname(path), of)) : of);
  const fixed = [...text.matchAll(STATIC)].map((match) => {
    const [, importType, imported, exportType, exported, of = ''] = match;
    const names = imported ?? exported ?? '';
    const type = importType ?? exportType;
    const members =
      /^\{(.*)\}$/s
        .exec(names)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const allTypes = members.length > 0 && members.every((name) => name.trim().startsWith('type '));
    return { of: resolved(of), typesOnly: type !== undefined || allTypes, isLate: false };
  });
  const late = [...text.matchAll(DYNAMIC)].map(([, of = '']) => ({
    of: resolved(of),
    typesOnly: false,
    isLate: true,
  }));
  return [...fixed, ...late];
};

const packageOf = (of: string): string =>
  of
    .split('/')
    .slice(0, of.startsWith('@') ? 2 : 1)
    .join('/');

const isAllowed = (own: string, { of, typesOnly }: Import): boolean => {
  const layer = layerOf(of);
  if (layer === own || isLeaf(of) || MAY_IMPORT[own]?.includes(layer)) return true;
  return typesOnly && (TYPES_ARE_FREE.includes(layer) || MAY_NAME[own]?.includes(layer) === true);
};

/** The files and packages that are loaded together with a file. */
const loadedWith = (path: string, sources: readonly Source[]): ReadonlySet<string> => {
  const loaded = new Set([path]);
  for (const one of loaded) {
    const source = sources.find((other) => other.path === one);
    for (const { of, typesOnly, isLate } of source ? importsOf(source) : [])
      if (!typesOnly && !isLate) loaded.add(of);
  }
  return loaded;
};

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/.*$/gm, '$1');

const onlyReExports = (code: string): boolean =>
  /^export\b/m.test(code) && code.replace(STATIC, '').replace(/[;\s]/g, '') === '';

/** Each rule gives the places that break it. */
const RULES: Readonly<Record<string, (sources: readonly Source[], tables: readonly string[]) => string[]>> = {
  'a file imports only from the layers that its own layer may import': (sources) =>
    sources.flatMap((source) => {
      const own = layerOf(source.path);
      if (!isLeaf(source.path) && !(own in MAY_IMPORT)) return [`${source.path} is in no known layer`];
      return importsOf(source)
        .filter(({ of }) => of.endsWith('.ts'))
        .filter((imported) => !(isLeaf(source.path) ? isLeaf(imported.of) : isAllowed(own, imported)))
        .map(({ of, typesOnly }) => `${source.path} imports ${typesOnly ? 'types of ' : ''}${of}`);
    }),
  'a package is imported only by the layers that it belongs to': (sources) =>
    sources.flatMap((source) =>
      importsOf(source)
        .filter(({ of }) => !of.endsWith('.ts') && !of.startsWith('node:'))
        .filter(({ of }) => !PACKAGES[packageOf(of)]?.includes(layerOf(source.path)))
        .map(({ of }) => `${source.path} imports ${of}`),
    ),
  'packages that load slowly are loaded late': (sources) =>
    Object.entries(LOADED_LATE).flatMap(([path, packages]) => {
      const loaded = loadedWith(path, sources);
      return packages.filter((name) => loaded.has(name)).map((name) => `${path} loads ${name}`);
    }),
  'only main.ts uses the global process': (sources) =>
    sources
      .filter(({ path }) => path !== 'main.ts')
      .filter(({ text }) =>
        /(?<![\w.'"`-])process\s*[.[]|['"](node:)?process['"]/.test(withoutComments(text)),
      )
      .map(({ path }) => path),
  'no file uses console': (sources) =>
    sources.filter(({ text }) => /\bconsole\s*\./.test(withoutComments(text))).map(({ path }) => path),
  'text for people is printed in one place, which takes secrets out': (sources) =>
    sources
      .filter(({ path }) => !MAY_WRITE.includes(path))
      .filter(({ text }) => /\bcreateOutput\(|\bstderr\s*\.\s*write\b/.test(withoutComments(text)))
      .map(({ path }) => path),
  'files have names in kebab-case, which say their job': (sources) =>
    sources
      .map(({ path }) => path)
      .filter(
        (path) =>
          !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path) ||
          /(^|[/-])(helpers?|utils?|common|manager|base|misc)(\.ts|\/|-)/.test(path),
      ),
  'there is no default export': (sources) =>
    sources
      .filter(({ text }) => /^export\s+default\b|\bas\s+default\b/m.test(withoutComments(text)))
      .map(({ path }) => path),
  'no file only exports what other files define': (sources) =>
    sources
      .map(({ path, text }) => ({ path, code: withoutComments(text) }))
      .filter(({ code }) => /^export\s+(type\s+)?\*/m.test(code) || onlyReExports(code))
      .map(({ path }) => path),
  'a stream is named only in its own module and in the list of streams': (sources, tables) =>
    tables.flatMap((table) => {
      const own = `streams/${table.replaceAll('_', '-')}.ts`;
      return (
        sources
          // Views are SQL over several streams.
          .filter(({ path }) => path !== own && layerOf(path) !== 'views')
          .filter(
            (source) =>
              (!NAMES_OF_OTHER_THINGS.includes(table) &&
                new RegExp(`['"\`]${table}['"\`]`).test(withoutComments(source.text))) ||
              (layerOf(source.path) !== 'streams' && importsOf(source).some(({ of }) => of === own)),
          )
          .map(({ path }) => `${path} names ${table}`)
      );
    }),
  'no code compares the name of a stream': (sources) =>
    sources
      .filter(({ text }) =>
        /(?<!typeof )\b(stream|definition)(\.name)?\s*[!=]==\s*['"`]/.test(withoutComments(text)),
      )
      .map(({ path }) => path),
  'a file has at most 200 lines': (sources) =>
    sources
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST)
      .map(({ path, lines }) => `${path} has ${lines} lines`),
};

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const sources: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(SRC, path), 'utf8') }));
const tables = readdirSync(fileURLToPath(new URL('../schemas/', import.meta.url))).map((file) =>
  file.replace(/\.json$/, ''),
);

describe('in src', () => {
  test.each(Object.entries(RULES))('%s', (_, brokenBy) => {
    expect(brokenBy(sources, tables)).toEqual([]);
  });

  test('each of these packages is a dependency of the program', () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

    expect(manifest).toMatchObject({
      dependencies: Object.fromEntries(Object.keys(PACKAGES).map((name) => [name, expect.any(String)])),
    });
  });
});

/** For each rule, files that break it. They show that the rule finds something. */
const BROKEN: Readonly<Record<keyof typeof RULES, readonly Source[]>> = {
  'a file imports only from the layers that its own layer may import': [
    { path: 'singer/state.ts', text: "import type { Row } from '../close/row.ts';\n" },
    { path: 'http/client.ts', text: "import {\n  type Row,\n} from '../close/row.ts';\n" },
    { path: 'close/walks/by-list.ts', text: "import { nameOf, type Send } from '../../http/request.ts';\n" },
    { path: 'close/paging/keyset.ts', text: "import { bySearch } from '../walks/by-search.ts';\n" },
    { path: 'tap/sync.ts', text: "import { bySearch } from '../close/walks/by-search.ts';\n" },
    { path: 'tap/read-stream.ts', text: "const x = await import('../http/client.ts');\n" },
    { path: 'tap/sync.ts', text: "import { createLog } from '../terminal/stderr-log.ts';\n" },
    { path: 'time/instant.ts', text: "import '../tap/sync.ts';\n" },
    { path: 'extra/thing.ts', text: '' },
  ],
  'a package is imported only by the layers that it belongs to': [
    { path: 'tap/bookmarks.ts', text: "import { z } from 'zod';\n" },
    { path: 'commands/sync.ts', text: "import type { Dispatcher } from 'undici';\n" },
    { path: 'tap/sync.ts', text: "import delay from 'some-package/deep';\n" },
  ],
  'packages that load slowly are loaded late': [
    { path: 'main.ts', text: "import { z } from 'zod';\n" },
    { path: 'commands/discover.ts', text: "import { Ajv } from 'ajv';\n" },
  ],
  'only main.ts uses the global process': [
    { path: 'log.ts', text: 'export const pid = process.pid;\n' },
    { path: 'clock.ts', text: "import { hrtime } from 'node:process';\n" },
  ],
  'no file uses console': [{ path: 'log.ts', text: "console.error('x');\n" }],
  'text for people is printed in one place, which takes secrets out': [
    { path: 'commands/check.ts', text: 'await createOutput(host.stdout).write(text);\n' },
    { path: 'tap/sync.ts', text: 'host.stderr.write(text);\n' },
  ],
  'files have names in kebab-case, which say their job': [
    { path: 'http/withRetry.ts', text: '' },
    { path: 'http/utils.ts', text: '' },
    { path: 'close/date-helpers.ts', text: '' },
  ],
  'there is no default export': [
    { path: 'clock.ts', text: 'export default 1;\n' },
    { path: 'log.ts', text: 'export { a as default };\n' },
  ],
  'no file only exports what other files define': [
    { path: 'http/index.ts', text: "export * from './client.ts';\n" },
    { path: 'http/all.ts', text: "export {\n  createClient,\n} from './client.ts';\n" },
  ],
  'a stream is named only in its own module and in the list of streams': [
    { path: 'tap/sync.ts', text: "if (name === 'leads') return;\n" },
    { path: 'close/by-list.ts', text: "import { leads } from '../streams/leads.ts';\n" },
  ],
  'no code compares the name of a stream': [
    { path: 'tap/sync.ts', text: "if (stream.name === 'x') return;\n" },
  ],
  'a file has at most 200 lines': [{ path: 'tap/sync.ts', text: '\n'.repeat(LONGEST + 1) }],
};

describe('a file that breaks a rule is found:', () => {
  test.each(Object.entries(BROKEN))('%s', (rule, broken) => {
    const found = broken.map((source) => RULES[rule]?.([source], ['leads']));

    expect(found.every((places) => places?.length === 1)).toBe(true);
  });
});
