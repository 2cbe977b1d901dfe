import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { renderAbout } from '../src/config/about.ts';
import { settings } from '../src/config/settings.ts';
import { streams } from '../src/streams/index.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  test('documents every setting as --about does', () => {
    const about = renderAbout('0.0.0', settings, 'markdown');

    expect(readme).toContain(about.slice(about.indexOf('| Setting |')));
  });

  test.each(streams)('has $name in its table of tables', (stream) => {
    const { name, keyProperties, replication, source, cost, needs = '' } = stream;
    const method =
      replication.method === 'FULL_TABLE' ? 'full table' : `incremental on \`${replication.key}\``;

    expect(readme).toContain(
      `| \`${name}\` | ${method} | \`${keyProperties.join()}\` | ${source} | ${cost} | ${needs} |`,
    );
  });

  test('names only scripts that exist', async () => {
    const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? '');

    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
