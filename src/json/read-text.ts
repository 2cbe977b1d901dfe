import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, UsageError } from '../errors.ts';

/** The text of a file, and what is known of the file. */
export interface FileText {
  readonly text: string;
  readonly mode: number;
  readonly uid: number;
  /** False for a pipe or a device. */
  readonly isFile: boolean;
}

const MIB = 1024 * 1024;
/** The largest file; no config, catalog or state is larger. */
const MOST_BYTES = 256 * MIB;
/** The most bytes to read from a device: one such as /dev/zero has no end. */
const MOST_FROM_DEVICE = 32 * MIB;
const CHUNK_BYTES = 64 * 1024;
/** How long to wait for a program that writes into a pipe. */
const NO_WRITER_MS = 5_000;
const POLL_MS = 20;

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'is a directory, not a file',
  EACCES: 'may not be read (permission denied)',
  EPERM: 'may not be read (permission denied)',
  ELOOP: 'is a symbolic link that points to itself',
};

/** An open file, with the name that the user gave. */
interface Source {
  readonly file: FileHandle;
  readonly path: string;
  readonly isPipe: boolean;
  /** Beyond this, the file is too large. */
  readonly mostBytes: number;
}

/**
 * Opens a file without blocking. Otherwise a pipe without a writer would block the process, and no signal could end it.
 */
const openForReading = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));

/**
 * Reads a whole file, or a pipe such as the shell's `<(…)`.
 * @param what "config", "catalog"
 * @param signal ends the wait for a pipe
 * @returns null when there is no such file
 */
export const readText = async (
  path: string,
  what: string,
  signal?: AbortSignal,
): Promise<FileText | null> => {
  let file: FileHandle | null = null;
  try {
    file = await openForReading(path);
    const found = await file.stat();
    const isFile = found.isFile();
    const source = {
      file,
      path,
      isPipe: found.isFIFO(),
      mostBytes: isFile ? MOST_BYTES : MOST_FROM_DEVICE,
    };
    const pieces: Buffer[] = [];
    for await (const piece of chunksOf(source, signal)) pieces.push(piece);
    // Editors on Windows put a byte order mark in front.
    const text = Buffer.concat(pieces)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    return { text, mode: found.mode, uid: found.uid, isFile };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    if (error instanceof UsageError || signal?.aborted || code === '') throw error;
    throw new UsageError([`${path}: ${REASONS[code] ?? `cannot be read as ${what} (${code})`}`]);
  } finally {
    await file?.close();
  }
};

/** The bytes of a file or a pipe of any size, as they come. */
export async function* readChunks(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const file = await openForReading(path);
  try {
    const found = await file.stat();
    const isPipe = found.isFIFO();
    const mostBytes = isPipe || found.isFile() ? Number.POSITIVE_INFINITY : MOST_FROM_DEVICE;
    yield* chunksOf({ file, path, isPipe, mostBytes }, signal);
  } finally {
    await file.close();
  }
}

async function* chunksOf(source: Source, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const { file, path, isPipe, mostBytes } = source;
  let bytes = 0;
  let hadWriter = false;
  let waitedMs = 0;
  for (;;) {
    signal?.throwIfAborted();
    const chunk = await readChunk(file);
    if (chunk === null || chunk.length > 0) hadWriter = true;
    if (chunk !== null && chunk.length > 0) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        throw new UsageError([
          `${path}: is too large, it has more than ${mostBytes / MIB} MiB; is it the right file?`,
        ]);
      }
      yield chunk;
      continue;
    }
    if (chunk !== null) {
      if (hadWriter || !isPipe) return;
      waitedMs += POLL_MS;
      if (waitedMs > NO_WRITER_MS) {
        throw new UsageError([`${path}: is a pipe, and no program writes to it; name a file instead`]);
      }
    }
    await delay(POLL_MS, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

/** Reads what is there now: an empty buffer at the end of the file, null if a pipe's writer has written nothing yet. */
const readChunk = async (file: FileHandle): Promise<Buffer | null> => {
  try {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return null;
    throw error;
  }
};
