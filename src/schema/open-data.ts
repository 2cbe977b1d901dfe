import { isAddressName, isNamedByUsers, isPlainName, originOf, ruleOf, withOriginsOnly } from '../secrets.ts';

/**
 * Deeper values are written as text: many readers of JSON fail at a few hundred levels, and JSON.stringify at some
 * depth too.
 */
export const MOST_DEPTH = 200;

/**
 * Whether JSON.stringify may write the value as it is: it is not too deep, and no name in it may be a secret or a
 * webhook.
 */
export const isPlain = (value: object, depth = 1): boolean => {
  if (depth > MOST_DEPTH) return false;
  const isList = Array.isArray(value);
  if (!isList) {
    // for…in, not Object.keys, which would make a list for each object of each event. Parsed JSON inherits no names.
    for (const name in value) {
      if (!isPlainName(name) && ruleOf(name, Reflect.get(value, name)) !== 'plain') return false;
    }
  }
  const children: readonly unknown[] = isList ? value : Object.values(value);
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index];
    if (typeof child === 'object' && child !== null && !isPlain(child, depth + 1)) return false;
  }
  return true;
};

/** An object or a list that is being written. */
interface Level {
  /** The names of an object; null for a list. */
  readonly names: readonly string[] | null;
  readonly values: readonly unknown[];
  /** The index of the next value. */
  next: number;
  /** How many values have been written. */
  written: number;
  /** Whether users chose the names of this object, so that they show no secret. */
  readonly byUsers: boolean;
  /** Only the origin of each URL in it is written. */
  readonly originsOnly: boolean;
}

const levelOf = (value: object, byUsers: boolean, originsOnly: boolean): Level => ({
  names: Array.isArray(value) ? null : Object.keys(value),
  values: Array.isArray(value) ? value : Object.values(value),
  next: 0,
  written: 0,
  byUsers,
  originsOnly,
});

const leafText = (value: unknown, name: string, originsOnly: boolean): string => {
  // An address should be a text. The origin of an object is unknown, so nothing of it is written.
  if (typeof value === 'object' || value === undefined) return 'null';
  if (!originsOnly || typeof value !== 'string') return JSON.stringify(value);
  return JSON.stringify(isAddressName(name) ? originOf(value) : withOriginsOnly(value));
};

export interface CarefulText {
  readonly text: string;
  /** Whether it is nested so deep that some readers fail. */
  readonly isDeep: boolean;
}

/** The JSON text of any value, without secrets. It does not use recursion, so no depth overflows the stack. */
export const carefulText = (value: unknown, originsOnly = false): CarefulText => {
  if (typeof value !== 'object' || value === null)
    return { text: leafText(value, '', originsOnly), isDeep: false };
  const parts: string[] = [Array.isArray(value) ? '[' : '{'];
  const levels = [levelOf(value, false, originsOnly)];
  let deepest = 1;
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { names, values } = level;
    if (level.next === values.length) {
      parts.push(names === null ? ']' : '}');
      levels.pop();
      continue;
    }
    const name = names?.[level.next] ?? '';
    const child = values[level.next];
    level.next += 1;
    const rule = names === null || level.byUsers ? 'plain' : ruleOf(name, child);
    if (rule === 'secret') continue;
    if (level.written > 0) parts.push(',');
    level.written += 1;
    if (names !== null) parts.push(JSON.stringify(name), ':');
    const cuts = level.originsOnly || rule === 'address';
    if (
      typeof child === 'object' &&
      child !== null &&
      !(cuts && isAddressName(name) && !Array.isArray(child))
    ) {
      parts.push(Array.isArray(child) ? '[' : '{');
      levels.push(levelOf(child, isNamedByUsers(name), cuts));
      deepest = Math.max(deepest, levels.length);
    } else parts.push(leafText(child, name, cuts));
  }
  return { text: parts.join(''), isDeep: deepest > MOST_DEPTH };
};
