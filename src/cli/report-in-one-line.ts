import type { Command as Program } from 'commander';
import { printable } from '../terminal/printable.ts';
import { looksLikeKey } from '../terminal/redact.ts';

/** Makes each message about a mistake one line, which ends with the command whose help to read. */
export const reportInOneLine = (command: Program, path: string): void => {
  command.configureOutput({
    outputError: (text, write) => {
      const line = text
        .replace(/^error: /, '')
        .replace(/\.?\s*$/, '')
        .replace(/\.?\s*\n\s*/g, ' ');
      // Commander quotes unknown options and arguments. One of them may be a key that was pasted in the wrong place.
      const clean = line.replace(/'([^']*)'/g, (quoted, word: string) =>
        looksLikeKey(word) ? "'[redacted]'" : quoted,
      );
      write(`CRITICAL ${printable(clean)}; see ${path} --help\n`);
    },
  });
  for (const below of command.commands) reportInOneLine(below, `${path} ${below.name()}`);
};
