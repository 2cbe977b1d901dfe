/** A tree of keys: rows whose keys come in the same order end at the same node. */
interface Node<T> {
  /** The first key that came after this node. It is compared before `others` is looked up. */
  key: string | null;
  next: Node<T> | null;
  readonly others: Map<string, Node<T>>;
  value: T | null;
}

const node = <T>(): Node<T> => ({ key: null, next: null, others: new Map(), value: null });

/** More shapes than all types of Close have. Only keys that are data could make more. Then everything is forgotten. */
const MAX_SHAPES = 256;

/**
 * Remembers a compiled value for each shape. A shape is the list of a row's keys in their order. To find it again takes
 * one comparison of pointers per key.
 */
export class ShapeCache<T> {
  readonly #compile: (keys: readonly string[]) => T;
  readonly #ignore: (key: string) => boolean;
  #root = node<T>();
  #shapes = 0;

  /** @param ignore whether a key makes no difference to the shape; called only for keys that the tree does not know */
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
