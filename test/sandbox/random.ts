/** A 32-bit hash of two numbers: the same seed and ordinal give the same object in every process. */
export function mix(a: number, b: number): number {
  let h =
    Math.imul(a ^ (b >>> 0), 0x9e3779b1) ^ Math.imul(Math.floor(b / 4294967296) + 0x7f4a7c15, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A series of random numbers. Every row has its own series, so rows can be made in any order. */
export interface Random {
  next(): number;
  int(below: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(seed: number, ordinal: number): Random {
  let state = mix(seed, ordinal);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    int: (below) => Math.floor(next() * below),
    chance: (share) => next() < share,
    pick: <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T,
  };
}
