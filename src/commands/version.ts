import { readFileSync } from 'node:fs';

/** The version in package.json, two levels up from here both in src and in dist. */
export const readVersion = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
};
