/** A set of ids. */
export interface IdSet {
  /** @returns whether the id is new */
  add(id: string): boolean;
  has(id: string): boolean;
  readonly size: number;
}

const FIRST_SLOTS = 1024;
/** When more than this part of the slots is in use, their number is doubled. */
const FULLEST = 3 / 4;

/**
 * Keeps only 64 bits of a hash of each id, so that a million ids need 16 MiB. The chance that two of a million ids have
 * the same bits, and one of them counts as known, is less than one in ten million.
 */
export const createIdSet = (): IdSet => {
  /** Two halves of a hash for each slot. Two zeros are an empty slot. */
  let slots = new Int32Array(2 * FIRST_SLOTS);
  let size = 0;
  let first = 0;
  let second = 0;

  /** Puts the halves of the hash into `first` and `second`. Returning a pair would allocate an object per id. */
  const hash = (id: string): void => {
    let one = 0x1eadbeef;
    let two = 0x41c6ce57;
    for (let at = 0; at < id.length; at += 1) {
      const code = id.charCodeAt(at);
      one = Math.imul(one ^ code, 0x9e3779b1);
      two = Math.imul(two ^ code, 0x5f356495);
    }
    first = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35);
    second = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
    if (first === 0 && second === 0) second = 1;
  };

  const isFree = (at: number): boolean => slots[at] === 0 && slots[at + 1] === 0;

  /** The slot of `first` and `second`, or the empty slot where they belong. */
  const place = (): number => {
    const last = slots.length - 1;
    let at = (2 * first) & last;
    while (!isFree(at) && (slots[at] !== first || slots[at + 1] !== second)) at = (at + 2) & last;
    return at;
  };

  const put = (at: number): void => {
    slots[at] = first;
    slots[at + 1] = second;
  };

  const grow = (): void => {
    const old = slots;
    slots = new Int32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      first = old[at] ?? 0;
      second = old[at + 1] ?? 0;
      if (first !== 0 || second !== 0) put(place());
    }
  };

  return {
    add: (id) => {
      hash(id);
      const at = place();
      if (!isFree(at)) return false;
      put(at);
      size += 1;
      if (2 * size > FULLEST * slots.length) grow();
      return true;
    },
    has: (id) => {
      hash(id);
      return !isFree(place());
    },
    get size() {
      return size;
    },
  };
};
