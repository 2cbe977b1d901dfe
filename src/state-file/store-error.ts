import { codeOf } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'files may not become that large here (see ulimit -f)',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'there is no such directory',
  ENOTDIR: 'what should be its directory is a file',
  EBUSY: 'it is a mount of its own, so it cannot be replaced; mount its directory instead',
  EIO: 'the disk fails',
};

/** The state, a copy of it or its lock could not be written. What was there before is unchanged. */
export class StoreError extends Error {
  override name = 'StoreError';

  constructor(path: string, cause: unknown) {
    super(`${path}: cannot be written: ${reasonOf(cause)}`);
  }
}

/** The reason why the file system refused, in words: `permission denied (EACCES)`. */
export const reasonOf = (cause: unknown): string => {
  const code = codeOf(cause);
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return `${reason}${code === '' ? '' : ` (${code})`}`;
};
