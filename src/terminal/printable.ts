import { escaped } from '../json/text.ts';

/** At most 48,000 bytes even if every character takes three: Meltano cannot read lines of 64 KiB. */
const MOST_CHARACTERS = 16_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A value as indented JSON without control characters. @param clean is called for each text and name before it is quoted */
export const printableJson = (value: unknown, clean: (text: string) => string): string => {
  const cleaned = (_: string, part: unknown): unknown => {
    if (typeof part === 'string') return clean(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [clean(name), inner]));
  };
  // JSON does not escape some control characters. Inside its quotes, an escape means the same.
  return JSON.stringify(value, cleaned, 2).replace(INVISIBLE, escaped);
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
