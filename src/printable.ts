import { escaped } from './json-text.ts';

/** At most 48,000 bytes even if every character takes three: Meltano cannot read lines of 64 KiB. */
const MOST_CHARACTERS = 16_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text that may come from a server, made fit for a terminal and a log: no escape sequence, no text that runs
 * backwards, no half character. Line breaks stay.
 */
export const printable = (text: string): string => {
  const visible = text.replaceAll('\r\n', '\n').replaceAll('\t', ' ').replace(INVISIBLE, escaped).trimEnd();
  const cut =
    visible.length > MOST_CHARACTERS
      ? `${visible.slice(0, MOST_CHARACTERS)}... (${visible.length - MOST_CHARACTERS} more characters)`
      : visible;
  return cut.toWellFormed();
};
