import { UsageError } from '../errors.ts';

/** The longest line. No row of a warehouse is that long, so the file has no line ends, or is of another kind. */
export const MOST_CHARACTERS = 16 * 1024 * 1024;

/** The text of a line, without the line end, and the number of the line. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

const UTF_16 = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

/**
 * The lines of a text that comes in chunks. A byte order mark is left out.
 * @param name the name of the file, for messages
 * @throws UsageError if it is not UTF-8 text, or a line is longer than 16 MiB
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
      throw new UsageError([
        `${name}: the file is not UTF-8 text; export the ids as text, for example as CSV`,
      ]);
    }
  };
  const linesOf = (texts: readonly string[]): Line[] =>
    texts.map((text) => {
      at += 1;
      return { text: text.endsWith('\r') ? text.slice(0, -1) : text, at };
    });
  for await (const chunk of chunks) {
    if (isFirst && UTF_16.some(([a, b]) => chunk[0] === a && chunk[1] === b)) {
      throw new UsageError([`${name}: the file is UTF-16, as PowerShell writes it; write it as UTF-8`]);
    }
    if (chunk.includes(0)) {
      throw new UsageError([`${name}: the file is binary; export the ids as text, for example as CSV`]);
    }
    isFirst &&= chunk.length === 0;
    const parts = (rest + decode(chunk)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > MOST_CHARACTERS) {
      throw new UsageError([
        `${name}:${at + parts.length + 1}: the line is longer than 16 MiB; write one row per line`,
      ]);
    }
    yield linesOf(parts);
  }
  rest += decode();
  if (rest !== '') yield linesOf([rest]);
}
