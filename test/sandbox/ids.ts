import { mix } from './random.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PAIRS = Array.from({ length: 62 * 62 }, (_, n) => `${ALPHABET[Math.floor(n / 62)]}${ALPHABET[n % 62]}`);
const VALUE = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const SPACE = 62 ** 6;
/** Coprime with 62^6, so that every ordinal has its own tail, and ids do not show the age of an object. */
const STRIDE = 7_368_787_339;

/** Added so that the id of the first object does not show its ordinal either. */
const SHIFT = 31_415_926_535;
const salts = new Map<string, number>();

function saltOf(prefix: string): number {
  let salt = salts.get(prefix);
  if (salt === undefined) {
    salt = [...prefix].reduce((hash, letter) => mix(hash, letter.charCodeAt(0)), prefix.length);
    salts.set(prefix, salt);
  }
  return salt;
}

function word(hash: number): string {
  return `${PAIRS[hash % 3844]}${PAIRS[(hash >>> 11) % 3844]}${PAIRS[(hash >>> 19) % 3844]}`;
}

function tail(scrambled: number): string {
  const low = scrambled % 3844;
  const middle = Math.floor(scrambled / 3844) % 3844;
  return `${PAIRS[Math.floor(scrambled / 14_776_336)]}${PAIRS[middle]}${PAIRS[low]}`;
}

function multiply(a: number, b: number): number {
  return Number((BigInt(a) * BigInt(b)) % BigInt(SPACE));
}

function inverse(): number {
  let [a, b, x, y] = [BigInt(STRIDE), BigInt(SPACE), 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return Number(((x % BigInt(SPACE)) + BigInt(SPACE)) % BigInt(SPACE));
}

const INVERSE = inverse();

/** The id of the n-th object of a kind. It is as long as Close's, has no order, and can be turned back into n. */
export function makeId(prefix: string, seed: number, ordinal: number): string {
  const a = mix(seed ^ saltOf(prefix), ordinal);
  const b = mix(a, ordinal + 1);
  // A small ordinal cannot overflow a double. Only large ones need the exact product.
  const product = ordinal < 900_000 ? (ordinal * STRIDE) % SPACE : multiply(ordinal, STRIDE);
  const scrambled = (product + SHIFT) % SPACE;
  return `${prefix}_${word(a)}${word(b)}${word(mix(b, a))}${word((a ^ b) >>> 0)}${tail(scrambled)}`;
}

/** The ordinal that an id was made from, or -1. The caller must compare the whole id. */
export function readId(id: string): number {
  let scrambled = 0;
  for (const letter of id.slice(-6)) {
    const value = VALUE.get(letter);
    if (value === undefined) return -1;
    scrambled = scrambled * 62 + value;
  }
  return multiply((scrambled - SHIFT + SPACE) % SPACE, INVERSE);
}
