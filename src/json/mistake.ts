const SPACE = /[ \t\n\r]*/y;
const PRIMITIVE = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/**
 * A piece of a string. Strings are read piece by piece: an expression for a whole string would need memory for each
 * character.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them in a string
const PIECE = /[^"\\\u0000-\u001f]{1,1000}|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}/y;

/** What may come next. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | 'comma or end' | 'nothing';

/**
 * The place at which a text stops being JSON, as an offset. JSON.parse does not always name the place, and it quotes
 * the text around it, which may be the key in a config. Open lists and objects are kept in a list, not by recursion, so
 * that the text may be nested to any depth.
 */
export const jsonMistakeAt = (text: string): number => {
  let at = 0;
  const open: ('[' | '{')[] = [];
  const read = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match !== null;
  };
  const take = (character: string): boolean => {
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  // A broken string is reported at its first wrong character.
  const string = (): boolean => {
    if (!take('"')) return false;
    while (read(PIECE));
    return take('"');
  };
  const name = (): boolean => {
    if (!string()) return false;
    read(SPACE);
    return take(':');
  };
  const after = (): Expected => (open.length > 0 ? 'comma or end' : 'nothing');
  const close = (): Expected => {
    open.pop();
    return after();
  };
  /** @returns what is expected next, or null for a mistake */
  const step = (expected: Expected): Expected | null => {
    const list = open.at(-1) === '[';
    if (expected === 'comma or end') {
      if (take(list ? ']' : '}')) return close();
      return take(',') ? (list ? 'value' : 'name') : null;
    }
    if (expected === 'value or ]' && take(']')) return close();
    if (expected === 'name or }' && take('}')) return close();
    if (expected === 'name' || expected === 'name or }') return name() ? 'value' : null;
    if (take('[')) {
      open.push('[');
      return 'value or ]';
    }
    if (take('{')) {
      open.push('{');
      return 'name or }';
    }
    return (text[at] === '"' ? string() : read(PRIMITIVE)) ? after() : null;
  };
  let expected: Expected = 'value';
  for (;;) {
    read(SPACE);
    if (expected === 'nothing') return at;
    const next = step(expected);
    if (next === null) return at;
    expected = next;
  }
};
