import { losesDigits } from '../json/numeral.ts';

/** U+0000 as an escape. An even number of backslashes before it are escaped backslashes and not part of it. */
const NUL = /(?<!\\)((?:\\\\)*)\\u0000/g;
/** A pair of surrogates, or a single one. */
const SURROGATES =
  /\\u[dD](?:([89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|[89a-fA-F][0-9a-fA-F]{2})/y;

/** Whether the backslash at `at` is itself escaped. */
const isEscaped = (text: string, at: number): boolean => {
  let from = at;
  while (text[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
};

/**
 * Repairs escapes. To look for the two characters of an escape is much faster than a regular expression over the whole
 * text.
 */
const withPairsOnly = (text: string): string => {
  let repaired = '';
  let kept = 0;
  let end = 0;
  for (let at = text.indexOf('\\u'); at >= 0; at = text.indexOf('\\u', end)) {
    SURROGATES.lastIndex = at;
    const found = isEscaped(text, at) ? null : SURROGATES.exec(text);
    end = at + (found?.[0].length ?? 2);
    if (found && found[1] === undefined) {
      repaired += `${text.slice(kept, at)}\ufffd`;
      kept = end;
    }
  }
  return kept === 0 ? text : repaired + text.slice(kept);
};

/** No answer of Close is deeper. JSON.parse needs no stack for depth, but this check of the value does. */
const MOST_DEPTH = 200;

/** Whether a value has a number beyond `bound` in it, or is nested too deep to check. */
const holdsBeyond = (value: object, bound: number, depth = 0): boolean => {
  if (depth > MOST_DEPTH) return true;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  // By index, since it runs for each value of each answer, and `for of` takes twice as long.
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index];
    if (typeof child === 'object') {
      if (child !== null && holdsBeyond(child, bound, depth + 1)) return true;
    } else if (typeof child === 'number' && (child > bound || child < -bound)) return true;
  }
  return false;
};

/** An integer beyond 2^53 has at least so many digits. */
const MANY_DIGITS = 16;
const HALF = MANY_DIGITS / 2;

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
};

/** It looks at every sixteenth place only: a number of sixteen digits or more covers at least one of them. */
const hasManyDigits = (text: string): boolean => {
  for (let at = MANY_DIGITS - 1; at < text.length; at += MANY_DIGITS) {
    // In sixteen digits, one of these two places is among them as well.
    if (!isDigit(text, at) || !(isDigit(text, at - HALF) || isDigit(text, at + HALF))) continue;
    let from = at;
    while (from > 0 && isDigit(text, from - 1)) from -= 1;
    let to = at + 1;
    while (to < text.length && isDigit(text, to)) to += 1;
    if (to - from >= MANY_DIGITS) return true;
  }
  return false;
};

/**
 * Whether a number may have lost digits. To check the value is much faster than to check the whole text. Close sends no
 * such numbers, but a user may enter one in a field.
 */
const mayHaveLost = (value: unknown, text: string): boolean => {
  if (!holdsBeyond([value], Number.MAX_SAFE_INTEGER)) return false;
  return hasManyDigits(text) || holdsBeyond([value], Number.MAX_VALUE);
};

/**
 * Outside of strings, what may be a number, and the colon after it, if any. With a colon after it, it is not a number.
 */
const NUMBERS = /[-+.\dEe]+(?=([ \t\r\n]*:)?)/g;

const quotedIfLossy = (number: string, colon: string | undefined): string =>
  colon === undefined && losesDigits(number) ? `"${number}"` : number;

/** The text with quotes around each number that would lose digits. Strings stay as they are. */
const withDigitsKept = (text: string): string => {
  let kept = '';
  let from = 0;
  for (;;) {
    const open = text.indexOf('"', from);
    if (open < 0) return kept + text.slice(from).replace(NUMBERS, quotedIfLossy);
    let close = text.indexOf('"', open + 1);
    while (close >= 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
    const end = close < 0 ? text.length : close + 1;
    kept += text.slice(from, open).replace(NUMBERS, quotedIfLossy) + text.slice(open, end);
    from = end;
  }
};

/**
 * JSON.parse with repairs. Some characters are allowed in JSON, but PostgreSQL and Python's UTF-8 writers fail on them:
 * U+0000 is removed, and half of a surrogate pair becomes U+FFFD. They can come only as escapes. A number that
 * JavaScript cannot hold, such as `1e400` or an id of twenty digits, becomes a text.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown => {
  const repaired = withPairsOnly(text.includes('\\u0000') ? text.replace(NUL, '$1') : text);
  const value: unknown = JSON.parse(repaired);
  return mayHaveLost(value, repaired) ? JSON.parse(withDigitsKept(repaired)) : value;
};
