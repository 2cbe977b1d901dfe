/**
 * Where a text stops being JSON, as an offset. JSON.parse names the place only sometimes, and quotes the text around
 * it, which in a config is the key.
 */
export const jsonMistakeAt = (text: string): number => {
  let at = 0;
  const read = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    at += match?.[0].length ?? 0;
    return match !== null;
  };
  const space = () => read(/[ \t\n\r]*/y);
  // A broken string is reported at its first wrong character, so its parts are read one by one.
  const string = (): boolean => {
    if (!read(/"/y)) return false;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none of them in a string
    read(/(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/y);
    return read(/"/y);
  };
  const list = (close: RegExp, item: () => boolean): boolean => {
    space();
    if (read(close)) return true;
    for (;;) {
      if (!item()) return false;
      space();
      if (read(close)) return true;
      if (!read(/,/y)) return false;
      space();
    }
  };
  const member = (): boolean => {
    if (!string()) return false;
    space();
    return read(/:/y) && value();
  };
  const value = (): boolean => {
    space();
    if (read(/\{/y)) return list(/\}/y, member);
    if (read(/\[/y)) return list(/\]/y, value);
    if (text[at] === '"') return string();
    return read(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  };
  if (value()) space();
  return at;
};
