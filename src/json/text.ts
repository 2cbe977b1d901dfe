/** JSON leaves these as they are, but Python's `splitlines` and Node's `readline` end a line at them. */
const LINE_ENDS = ['\u0085', '\u2028', '\u2029'];
const ALL_LINE_ENDS = new RegExp(`[${LINE_ENDS.join('')}]`, 'g');

/** A character as JSON escapes it. */
export const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Looking for each by itself is many times as fast as one expression, and hardly any text has one. */
const hasLineEnd = (text: string): boolean => LINE_ENDS.some((character) => text.includes(character));

/** JSON text as one line for whoever reads it, by whatever it holds a line to end. */
export const oneLine = (json: string): string =>
  hasLineEnd(json) ? json.replace(ALL_LINE_ENDS, escaped) : json;

export const jsonText = (value: unknown): string => oneLine(JSON.stringify(value));
