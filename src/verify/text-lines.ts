import { UsageError } from '../errors.ts';

/** More than any row of a warehouse has: a file without line ends, or another kind of file. */
export const MOST_CHARACTERS = 16 * 1024 * 1024;

/** A line without its end, and its number. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

const UTF_16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

/**
 * The lines of a text that comes in chunks, however long it is; a byte order mark is left out.
 * @param name of the file, for messages
 * @throws UsageError for what is no text, and for a line of more than 16 MiB
 */
export async function* textLines(
  chunks: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let at = 0;
  let isFirst = true;
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new UsageError([`${name}: is no UTF-8 text; export the ids as text, as CSV for example`]);
    }
  };
  const linesOf = (texts: readonly string[]): Line[] =>
    texts.map((text) => {
      at += 1;
      return { text: text.endsWith('\r') ? text.slice(0, -1) : text, at };
    });
  for await (const chunk of chunks) {
    if (isFirst && UTF_16.some(([a, b]) => chunk[0] === a && chunk[1] === b)) {
      throw new UsageError([`${name}: is UTF-16, as PowerShell writes it; write it as UTF-8`]);
    }
    if (chunk.includes(0)) {
      throw new UsageError([`${name}: is a binary file; export the ids as text, as CSV for example`]);
    }
    isFirst &&= chunk.length === 0;
    const parts = (rest + decode(chunk)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MOST_CHARACTERS) {
      throw new UsageError([
        `${name}:${at + parts.length + 1}: the line is longer than 16 MiB; write one row a line`,
      ]);
    }
    yield linesOf(parts);
  }
  rest += decode();
  if (rest !== '') yield linesOf([rest]);
}
