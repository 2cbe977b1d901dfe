import { jsonMistakeAt } from './mistake.ts';

/** A mistake in a text that should be JSON. */
export interface Mistake {
  /** Its place in the text, as an offset. */
  readonly at: number;
  /** What is wrong and what to do. It quotes nothing of the text, since that may be the key. */
  readonly what: string;
}

/** Mistakes that the text at the place of the mistake shows. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\/[/*]|#/y, 'JSON has no comments; remove them'],
  [/[\u2018-\u201f\u00ab\u00bb\u300c\u300d]/y, 'curly quotes; write straight double quotes: "'],
  [/['`]/y, 'single quotes; write double quotes: "'],
  [/(?:True|False|None)\b/y, 'this is Python; JSON has true, false and null'],
  [/[}\]]/y, 'a closing bracket that does not match'],
  [/"/y, 'a comma or a colon is missing before this'],
];

/** The first line that is neither empty nor a comment. */
const FIRST_LINE = /^[ \t]*[^\s#].*/m;
/** `---`, or `name: value` outside of any bracket. */
const YAML = /^(?:---|[\w-]+:(?:\s|$)|- )/;

/** Finds the first mistake in a text that is not JSON. */
export const jsonMistakeIn = (text: string): Mistake => {
  const at = jsonMistakeAt(text);
  if (YAML.test(FIRST_LINE.exec(text)?.[0] ?? ''))
    return { at, what: 'this looks like YAML; write it as JSON: { "name": "value" }' };
  if (at >= text.trimEnd().length) return { at, what: 'it ends too early, as if it was cut off' };
  const before = text.slice(0, at).trimEnd();
  const last = before.at(-1) ?? '';
  if (last === ',' && /[}\]]/.test(text[at] ?? '')) {
    return { at: before.length - 1, what: 'a comma before a closing bracket; remove the comma' };
  }
  for (const [pattern, what] of KINDS) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return { at, what };
  }
  if (before === '') return { at, what: 'it does not begin with {' };
  if (/[\r\n]/.test(text[at] ?? '')) return { at, what: 'a quote is not closed on this line' };
  if (text[at] === '\\' || last === '\\') return { at, what: 'write a backslash in a string twice: \\\\' };
  if (/[{[:,]/.test(last)) return { at, what: 'names and strings need double quotes: "' };
  return { at, what: 'a comma, a quote or a bracket is missing here' };
};
