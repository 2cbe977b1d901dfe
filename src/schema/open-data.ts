import { isAddressName, isNamedByUsers, isPlainName, originOf, ruleOf, withOriginsOnly } from '../secrets.ts';

/** JSON.stringify needs the stack for each level, and so does what reads it: databases give up at a few hundred. */
const MOST_DEPTH = 200;

/** Whether JSON.stringify may write the value as it is: not too deep, and without a name that asks for a closer look. */
export const isPlain = (value: object, depth = 1): boolean => {
  if (depth > MOST_DEPTH) return false;
  const isList = Array.isArray(value);
  if (!isList) {
    // Parsed JSON inherits no names. It runs for every event: Object.keys would make a list for each object in it.
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
  /** Of an object. */
  readonly names: readonly string[] | null;
  readonly values: readonly unknown[];
  next: number;
  written: number;
  readonly byUsers: boolean;
  /** Of all URLs in it only the origin is written. */
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
  // An address is a text; an object in its place is nothing that could be cut down.
  if (typeof value === 'object' || value === undefined) return 'null';
  if (!originsOnly || typeof value !== 'string') return JSON.stringify(value);
  return JSON.stringify(isAddressName(name) ? originOf(value) : withOriginsOnly(value));
};

export interface CarefulText {
  readonly text: string;
  /** It is nested so deep that not everything can read it. */
  readonly isDeep: boolean;
}

/** The JSON text of any value, without what is not to be emitted, and without recursion. */
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
