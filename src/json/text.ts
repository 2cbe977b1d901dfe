/** JSON leaves these as they are, but Python's `splitlines` and Node's `readline` end a line at them. */
const LINE_ENDS = ['\u0085', '\u2028', '\u2029'];
const ALL_LINE_ENDS = new RegExp(`[${LINE_ENDS.join('')}]`, 'g');

/** A character as JSON escapes it. */
export const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** To look for each character by itself is many times as fast as one expression. Nearly no text has one of them. */
const hasLineEnd = (text: string): boolean => LINE_ENDS.some((character) => text.includes(character));

/** JSON text that every reader takes as one line: characters at which some readers end a line are escaped. */
export const oneLine = (json: string): string =>
  hasLineEnd(json) ? json.replace(ALL_LINE_ENDS, escaped) : json;

export const jsonText = (value: unknown): string => oneLine(JSON.stringify(value));
