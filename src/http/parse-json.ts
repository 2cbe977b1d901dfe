/** U+0000 as an escape; an even number of backslashes before it is so many escaped backslashes, and no part of it. */
const NUL = /(?<!\\)((?:\\\\)*)\\u0000/g;
/** A pair of surrogates, or one alone. */
const SURROGATES =
  /(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2})/g;

const withPairsOnly = (found: string, backslashes: string, pair?: string): string =>
  pair === undefined ? `${backslashes}\ufffd` : found;

/**
 * JSON.parse, with text repaired that is legal in JSON and fatal to PostgreSQL and to Python's UTF-8 writers: U+0000 is
 * dropped, half of a surrogate pair becomes U+FFFD. Raw bytes cannot hold either, so only escapes are looked for, and an
 * ordinary page costs two scans.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown =>
  JSON.parse(text.replace(NUL, '$1').replace(SURROGATES, withPairsOnly));
