import { escaped } from '../json/text.ts';

/** At most 48,000 bytes even if every character takes three: Meltano cannot read lines of 64 KiB. */
const MOST_CHARACTERS = 16_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A value as indented JSON, fit for a terminal, each of its texts cleaned before it is quoted. */
export const printableJson = (value: unknown, clean: (text: string) => string): string => {
  const cleaned = (_: string, part: unknown): unknown => {
    if (typeof part === 'string') return clean(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [clean(name), inner]));
  };
  // What JSON leaves as it is, such as a C1 control, is valid in it as an escape too.
  return JSON.stringify(value, cleaned, 2).replace(INVISIBLE, escaped);
};

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
