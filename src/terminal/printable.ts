import { escaped } from '../json/text.ts';

/** At most 48,000 bytes even if every character takes three: Meltano cannot read lines of 64 KiB. */
const MOST_CHARACTERS = 16_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A string in JSON text, with its quotes. */
const QUOTED = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** A value as indented JSON without control characters. @param clean is called for each text and name before it is quoted */
export const printableJson = (value: unknown, clean: (text: string) => string): string => {
  // A catalog has few strings, and each of them many times.
  const known = new Map<string, string>();
  const cleanQuoted = (quoted: string): string => {
    const cleaned = known.get(quoted) ?? JSON.stringify(clean(JSON.parse(quoted) as string));
    known.set(quoted, cleaned);
    return cleaned;
  };
  // JSON does not escape some control characters. Inside its quotes, an escape means the same.
  return JSON.stringify(value, null, 2).replace(QUOTED, cleanQuoted).replace(INVISIBLE, escaped);
};

/**
 * Makes text that may come from a server safe for a terminal and a log. Escape sequences and characters that change the
 * direction of text become visible, and half characters are replaced. Line breaks stay.
 */
export const printable = (text: string): string => {
  const visible = text.replaceAll('\r\n', '\n').replaceAll('\t', ' ').replace(INVISIBLE, escaped).trimEnd();
  const cut =
    visible.length > MOST_CHARACTERS
      ? `${visible.slice(0, MOST_CHARACTERS)}... (${visible.length - MOST_CHARACTERS} more characters)`
      : visible;
  return cut.toWellFormed();
};
