/**
 * U+0000, or half of a surrogate pair: legal in JSON, fatal to PostgreSQL and to Python's UTF-8 writers. The other half
 * counts only where its backslash is not escaped itself.
 */
const ILL_FORMED =
  /\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!(?<!\\)(?:\\\\)*\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]/;

/**
 * JSON.parse, with text that no target could store repaired: U+0000 is dropped, a lone surrogate becomes U+FFFD.
 * Raw bytes cannot hold either, so only escapes are looked for, and an ordinary page costs one scan.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text);
  return ILL_FORMED.test(text) ? repair(value) : value;
};

const isIllFormed = (text: string): boolean => text.includes('\u0000') || !text.isWellFormed();
const repairText = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

/** In place: the value was parsed a moment ago, and nearly all of it stays as it is. */
const repair = (value: unknown): unknown => {
  if (typeof value === 'string') return isIllFormed(value) ? repairText(value) : value;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = repair(item);
    return value;
  }
  return isObject(value) ? repairMembers(value) : value;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const repairMembers = (object: Record<string, unknown>): Record<string, unknown> => {
  const keys = Object.keys(object);
  if (keys.some(isIllFormed)) {
    return Object.fromEntries(keys.map((key) => [repairText(key), repair(object[key])]));
  }
  for (const key of keys) {
    const child = object[key];
    const repaired = repair(child);
    // A plain assignment would set the prototype of an object whose key is "__proto__".
    if (repaired !== child) Object.defineProperty(object, key, { ...AS_PARSED, value: repaired });
  }
  return object;
};

const AS_PARSED = { configurable: true, enumerable: true, writable: true } as const;
