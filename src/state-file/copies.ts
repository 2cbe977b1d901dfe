import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { DAY, toMillis } from '../time/instant.ts';
import { readRegular } from './read-regular.ts';
import { writeAtomically } from './write-atomically.ts';

/** Which older states stay beside a state file: the newest few, by number, or those of the last few days. */
export type Keep = { readonly copies: number } | { readonly days: number };

/** Whether no older state stays. */
const keepsNone = (keep: Keep): boolean => ('copies' in keep ? keep.copies : keep.days) === 0;

const DAY_MS = toMillis(DAY);

/** `2026-11-23T22-14-05.123Z`: a moment as text. Every file system accepts it, and it sorts by time. */
const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

const stampOf = (ms: number): string => new Date(ms).toISOString().replaceAll(':', '-');

const millisOf = (stamp: string): number => Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)/, 'T$1:$2:$3'));

/**
 * The older states beside a state file, the oldest first: `state.json.2026-11-23T22-14-05.123Z` is what the file held
 * until that moment. Such a name never changes. So there is no series of renames that a kill could interrupt.
 */
export const listCopies = async (path: string): Promise<readonly string[]> => {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(prefix) && STAMP.test(name.slice(prefix.length)))
    .sort()
    .map((name) => join(dirname(path), name));
};

/**
 * The older state that a person means.
 * @param wanted `latest`, the name of the older state, or only its moment
 * @throws UsageError when no older state has that name
 */
export const findCopy = async (path: string, wanted: string): Promise<string> => {
  const copies = await listCopies(path);
  const newest = copies.at(-1);
  if (newest === undefined) throw new UsageError([`${path}: there are no older states beside it`]);
  if (wanted === 'latest') return newest;
  const found = copies.find((copy) => basename(copy) === basename(wanted) || copy === `${path}.${wanted}`);
  if (found !== undefined) return found;
  throw new UsageError([
    `${wanted}: is not an older state of ${path}; the newest is ${newest} (see state list)`,
  ]);
};

/** Saves what the state file holds under a separate name, unless no older states are kept. */
export const keepCopy = async (path: string, content: Buffer, keep: Keep, nowMs: number): Promise<void> => {
  if (keepsNone(keep)) return;
  const newest = (await listCopies(path)).at(-1);
  // An earlier run was killed, or met a full disk, after this step. A second equal copy would only push older ones out.
  if (newest !== undefined && content.equals(await contentOf(newest, content.length + 1))) return;
  // The order of the names is the order of the states, even when the clock was set back.
  const after = newest === undefined ? 0 : millisOf(newest.slice(path.length + 1)) + 1;
  const copy = `${path}.${stampOf(Math.max(nowMs, after))}`;
  await writeAtomically(copy, content, { like: path });
};

/** The content of a copy; empty when it is not a regular file or cannot be read. */
const contentOf = async (path: string, mostBytes: number): Promise<Buffer> =>
  readRegular(path, mostBytes).then(
    ({ content }) => content,
    () => Buffer.alloc(0),
  );

/** When the state file last held the content of a copy, in milliseconds since the epoch. */
export const keptAt = (path: string, copy: string): number => millisOf(copy.slice(path.length + 1));

/** Removes the older states that `keep` does not cover. */
export const dropOldest = async (path: string, keep: Keep, nowMs: number): Promise<void> => {
  const copies = await listCopies(path);
  const isOld = (copy: string, index: number): boolean =>
    'copies' in keep ? index < copies.length - keep.copies : keptAt(path, copy) < nowMs - keep.days * DAY_MS;
  for (const copy of copies.filter(isOld)) await rm(copy, { force: true });
};
