import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readRegular } from './read-regular.ts';
import { writeAtomically } from './write-atomically.ts';

/** `2026-11-23T22-14-05.123Z`: a moment in a form that every file system takes, and that sorts. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

const stampOf = (ms: number): string => new Date(ms).toISOString().replaceAll(':', '-');

const millisOf = (stamp: string): number => Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)/, 'T$1:$2:$3'));

/**
 * The older states beside a state file, the oldest first: `state.json.2026-11-23T22-14-05.123Z` is what the file held
 * until that moment. Names with a moment never move, so there is no row of renamings to be killed in.
 */
export const listCopies = async (path: string): Promise<readonly string[]> => {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && STAMP.test(name.slice(prefix.length)))
    .sort()
    .map((name) => join(dirname(path), name));
};

/** Keeps what the state file holds under a name of its own. @returns that name */
export const keepCopy = async (path: string, content: Buffer, nowMs: number): Promise<string> => {
  const newest = (await listCopies(path)).at(-1);
  // A run that was killed, or met a full disk, after this step: the same again would only push older ones out.
  if (newest !== undefined && content.equals(await contentOf(newest, content.length + 1))) return newest;
  // The order of the names is the order of the states, even when the clock was set back.
  const after = newest === undefined ? 0 : millisOf(newest.slice(path.length + 1)) + 1;
  const copy = `${path}.${stampOf(Math.max(nowMs, after))}`;
  await writeAtomically(copy, content, { like: path });
  return copy;
};

/** Nothing for what is no file of ours. */
const contentOf = async (path: string, mostBytes: number): Promise<Buffer> =>
  readRegular(path, mostBytes).then(
    ({ content }) => content,
    () => Buffer.alloc(0),
  );

/** Removes all but the newest `keep` older states. */
export const dropOldest = async (path: string, keep: number): Promise<void> => {
  const copies = await listCopies(path);
  for (const copy of copies.slice(0, Math.max(0, copies.length - keep))) await rm(copy, { force: true });
};
