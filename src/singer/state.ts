import type { Instant } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';
import { type Bookmark, type KnownBookmark, parseState } from './parse-state.ts';

/**
 * How far every stream has come. Holds what it was given of streams that this run does not read, and hands it on:
 * whoever stores the state overwrites all of it.
 */
export class State {
  readonly #bookmarks: Map<string, Bookmark>;
  readonly #others: Readonly<Record<string, unknown>>;
  #currentlySyncing: string | null;

  private constructor(
    bookmarks: Map<string, Bookmark>,
    others: Readonly<Record<string, unknown>>,
    currentlySyncing: string | null,
  ) {
    this.#bookmarks = bookmarks;
    this.#others = others;
    this.#currentlySyncing = currentlySyncing;
  }

  /**
   * Reads a state file's content, also one that the Python tap or Meltano wrote.
   * @param known the bookmarks that must be dates; any other value passes as it is
   */
  static parse(
    json: unknown,
    file: string,
    known: readonly KnownBookmark[],
  ): { readonly state: State; readonly warnings: readonly string[] } {
    const { bookmarks, currentlySyncing, others, warnings } = parseState(json, file, known);
    return { state: new State(bookmarks, others, currentlySyncing), warnings };
  }

  /** The streams that it has anything of. */
  get streams(): readonly string[] {
    return [...this.#bookmarks.keys()];
  }

  bookmark(stream: string): Bookmark {
    return this.#bookmarks.get(stream) ?? {};
  }

  /** A bookmark as an instant; null when there is none yet. */
  instant(stream: string, key: string): Instant | null {
    const value = this.bookmark(stream)[key];
    return typeof value === 'string' ? parseInstant(value) : null;
  }

  /** Merges the values into the stream's bookmark; `undefined` takes a key out. */
  set(stream: string, values: Bookmark): void {
    const merged = Object.entries({ ...this.bookmark(stream), ...structuredClone(values) });
    this.#bookmarks.set(stream, Object.fromEntries(merged.filter(([, value]) => value !== undefined)));
  }

  get currentlySyncing(): string | null {
    return this.#currentlySyncing;
  }

  set currentlySyncing(stream: string | null) {
    this.#currentlySyncing = stream;
  }

  /** The value of a STATE message: frozen, and the same text for the same state, whatever the order of events. */
  snapshot(): object {
    const bookmarks = [...this.#bookmarks].sort(([a], [b]) => (a < b ? -1 : 1));
    return deepFreeze(
      structuredClone({
        bookmarks: Object.fromEntries(bookmarks.map(([stream, values]) => [stream, sorted(values)])),
        ...(this.#currentlySyncing === null ? {} : { currently_syncing: this.#currentlySyncing }),
        ...this.#others,
      }),
    );
  }
}

const sorted = (values: Bookmark): Bookmark =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));

const deepFreeze = <Value extends object>(value: Value): Value => {
  for (const child of Object.values(value)) {
    if (typeof child === 'object' && child !== null) deepFreeze(child);
  }
  return Object.freeze(value);
};
