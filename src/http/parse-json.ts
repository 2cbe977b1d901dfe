/** U+0000 as an escape; an even number of backslashes before it is so many escaped backslashes, and no part of it. */
const NUL = /(?<!\\)((?:\\\\)*)\\u0000/g;
/** A pair of surrogates, or one alone. */
const SURROGATES =
  /\\u[dD](?:([89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|[89a-fA-F][0-9a-fA-F]{2})/y;

/** Whether the backslash at `at` is itself escaped. */
const isEscaped = (text: string, at: number): boolean => {
  let from = at;
  while (text[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
};

/** Looking for the two characters of an escape is much faster than any regular expression over the whole text. */
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

/**
 * JSON.parse, with text repaired that is legal in JSON and fatal to PostgreSQL and to Python's UTF-8 writers: U+0000 is
 * dropped, half of a surrogate pair becomes U+FFFD. Raw bytes cannot hold either, so only escapes are looked for.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown =>
  JSON.parse(withPairsOnly(text.includes('\\u0000') ? text.replace(NUL, '$1') : text));
