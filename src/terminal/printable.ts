import { escaped } from '../json/text.ts';

/** At most 48,000 bytes even if every character takes three: Meltano cannot read lines of 64 KiB. */
const MOST_CHARACTERS = 16_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A string in JSON text, with its quotes. */
const QUOTED = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * Whether `clean` changes no string of a JSON text. One call for all is enough, and a catalog has each string many times.
 */
const isClean = (json: string, clean: (text: string) => string): boolean => {
  const strings = JSON.parse(`[${[...new Set(json.match(QUOTED))].join()}]`) as string[];
  // A secret inside one of them stands in the joined text too.
  const all = strings.join('"');
  return clean(all) === all;
};

/** A value as indented JSON without control characters. @param clean takes secrets out of a text or name */
export const printableJson = (value: unknown, clean: (text: string) => string): string => {
  const json = JSON.stringify(value, null, 2);
  const cleaned = isClean(json, clean)
    ? json
    : json.replace(QUOTED, (quoted) => JSON.stringify(clean(JSON.parse(quoted) as string)));
  // JSON does not escape some control characters. Inside its quotes, an escape means the same.
  return cleaned.replace(INVISIBLE, escaped);
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
