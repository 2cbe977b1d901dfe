import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderAbout } from '../src/config/about.ts';
import { settings } from '../src/config/settings.ts';
import { streams } from '../src/streams/index.ts';

/** Of the globs that `files` knows, the one that is used. */
const matchesGlob = (path: string, glob: string): boolean => {
  const [head = '', tail] = glob.split('**/');
  return tail === undefined ? path === glob : path.startsWith(head) && path.endsWith(`/${tail}`);
};

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');
const readme = await read('README.md');
const manifest = JSON.parse(await read('package.json')) as {
  files: string[];
  scripts: Record<string, string>;
};

const packed = ['README.md', 'LICENSE', ...manifest.files];
const isPacked = (path: string): boolean =>
  packed.some((entry) => matchesGlob(path, entry) || path.startsWith(`${entry}/`));

/** Every page in the tarball. Links from the npm page lead to them. */
const PAGES = ['.', 'schemas', 'src']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((path) =>
      join(folder, path),
    ),
  )
  .filter((path) => path.endsWith('.md') && isPacked(path));

describe('the README', () => {
  test('is short', () => {
    expect(readme.split(/\s+/).length).toBeLessThan(1_800);
  });

  test.each(streams)('names the table $name', ({ name }) => {
    expect(readme).toContain(`\`${name}\``);
  });

  test('names only settings that exist', () => {
    const names = settings.map(({ name }) => name);
    const rows = readme.slice(readme.indexOf('## Settings'), readme.indexOf('## State'));
    const named = [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name ?? '');

    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

test('src/config/README.md documents every setting as --about does', async () => {
  const about = renderAbout('0.0.0', settings, 'markdown');

  expect(await read('src/config/README.md')).toContain(about.slice(about.indexOf('| Setting |')));
});

test('src/README.md names the files in which each setting has an effect', async () => {
  const text = await read('src/README.md');
  const table = text.slice(text.indexOf('| setting |'), text.indexOf('`config/about.ts` prints'));
  const rows = [...table.matchAll(/^\| (`[^|]*`) \| (`[\w/-]+\.ts`.*) \|$/gm)];
  const named = rows.flatMap(([, names = '', files = '']) =>
    (names.match(/\w+/g) ?? []).map((name) => ({ name, files: files.match(/[\w/-]+\.ts/g) ?? [] })),
  );

  expect(named.map(({ name }) => name).toSorted()).toEqual(settings.map(({ name }) => name).toSorted());
  for (const { name, files } of named) {
    for (const file of files) expect(await read(join('src', file)), file).toMatch(RegExp(`\\b${name}\\b`));
  }
});

test('the tarball has the pages that its readers need', () => {
  expect(PAGES).toEqual(
    expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'schemas/README.md', 'src/close/README.md']),
  );
});

describe.each(PAGES)('%s', (page) => {
  test('names only files that exist', async () => {
    const named = [...(await read(page)).matchAll(/`([\w/-]+\.ts)`/g)].map(([, path = '']) => path);
    const places = [dirname(page), '.', 'src'];

    expect(named.filter((path) => !places.some((place) => existsSync(join(ROOT, place, path))))).toEqual([]);
  });

  test('names only scripts that exist', async () => {
    const named = [...(await read(page)).matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? '');

    expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  test('links only to files that exist and are in the tarball', async () => {
    const text = await read(page);
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    const paths = links.filter((link) => !/^https?:/.test(link)).map((link) => join(dirname(page), link));

    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(paths.filter((path) => !isPacked(path))).toEqual([]);
  });
});
