/** A tree of keys: rows whose keys come in the same order end at the same node. */
interface Node<T> {
  /** The key that came first from here, compared before the map is asked. */
  key: string | null;
  next: Node<T> | null;
  readonly others: Map<string, Node<T>>;
  value: T | null;
}

const node = <T>(): Node<T> => ({ key: null, next: null, others: new Map(), value: null });

/** More shapes than Close's object types have; only data used as keys could exceed it. */
const MAX_SHAPES = 256;

/**
 * Remembers what was compiled for each shape, that is the list of a row's keys in their order. Finding it again costs
 * one comparison of pointers a key.
 */
export class ShapeCache<T> {
  readonly #compile: (keys: readonly string[]) => T;
  readonly #ignore: (key: string) => boolean;
  #root = node<T>();
  #shapes = 0;

  /** @param ignore keys that do not make a shape another, asked only where the tree does not know the key */
  constructor(compile: (keys: readonly string[]) => T, ignore: (key: string) => boolean) {
    this.#compile = compile;
    this.#ignore = ignore;
  }

  get(keys: readonly string[]): T {
    let at = this.#root;
    for (const key of keys) at = at.key === key && at.next !== null ? at.next : this.#branch(at, key);
    if (at.value !== null) return at.value;
    const value = this.#compile(keys.filter((key) => !this.#ignore(key)));
    at.value = value;
    this.#shapes += 1;
    if (this.#shapes >= MAX_SHAPES) {
      this.#root = node<T>();
      this.#shapes = 0;
    }
    return value;
  }

  #branch(from: Node<T>, key: string): Node<T> {
    const known = from.others.get(key);
    if (known) return known;
    if (this.#ignore(key)) return from;
    const created = node<T>();
    if (from.next === null) {
      from.key = key;
      from.next = created;
    } else from.others.set(key, created);
    return created;
  }
}
