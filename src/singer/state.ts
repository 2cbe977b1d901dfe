import type { Instant } from '../time/instant.ts';
import { START } from '../time/span.ts';
import {
  type Bookmark,
  instantIn,
  type KnownBookmark,
  type Notes,
  readNotes,
  writeNotes,
} from './bookmark.ts';
import { parseState } from './parse-state.ts';

/**
 * How far every stream has come: during a run, in a state file, and in what a target confirms. Holds what it was given
 * of streams that this run does not read, and hands it on: whoever stores the state overwrites all of it.
 */
export class State {
  readonly #bookmarks: Map<string, Bookmark>;
  /** Top-level keys of other tools. */
  readonly #others: Readonly<Record<string, unknown>>;
  /** Streams that are read anew: what is said of them goes beside their bookmark, which holds until that is done. */
  readonly #refilling = new Set<string>();
  #currentlySyncing: string | null;

  private constructor(
    bookmarks: ReadonlyMap<string, Bookmark>,
    others: Readonly<Record<string, unknown>>,
    currentlySyncing: string | null,
  ) {
    this.#bookmarks = new Map(bookmarks);
    this.#others = others;
    this.#currentlySyncing = currentlySyncing;
  }

  static empty(): State {
    return new State(new Map(), {}, null);
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

  /** Whether it says nothing of where to go on. */
  get isEmpty(): boolean {
    return [...this.#bookmarks.values()].every((bookmark) => Object.keys(bookmark).length === 0);
  }

  /** Whether it speaks of streams, and of none of these: then it is another tap's. */
  isOfOthersThan(streams: readonly string[]): boolean {
    return this.#bookmarks.size > 0 && !streams.some((stream) => this.#bookmarks.has(stream));
  }

  bookmark(stream: string): Bookmark {
    const whole = this.#bookmarks.get(stream) ?? {};
    return this.#refilling.has(stream) ? (readNotes(whole).refill ?? {}) : whole;
  }

  /** A bookmark as an instant; null when there is none yet. */
  instant(stream: string, key: string): Instant | null {
    return instantIn(this.bookmark(stream), key);
  }

  /** What the tap noted beside the stream's bookmark. */
  notes(stream: string): Notes {
    return readNotes(this.bookmark(stream));
  }

  /** Merges the values into the stream's bookmark; `undefined` takes a key out. */
  set(stream: string, values: Bookmark): void {
    const all = Object.entries({ ...this.bookmark(stream), ...structuredClone(values) });
    const merged = sorted(Object.fromEntries(all.filter(([, value]) => value !== undefined)));
    const isRefilling = this.#refilling.has(stream);
    this.#bookmarks.set(stream, isRefilling ? { ...this.#bookmarks.get(stream), refill: merged } : merged);
  }

  /** Whether the stream is being read anew. */
  isRefilling(stream: string): boolean {
    return this.#refilling.has(stream);
  }

  /**
   * From here on the stream is read anew, from its beginning: what it comes to is kept beside its bookmark, so that no
   * date of that goes back. A run that was cut off is gone on with where `isSame` says so of what it noted.
   * @param start what is noted of the new reading to begin with
   */
  beginRefill(stream: string, start: Partial<Notes>, isSame: (left: Notes) => boolean): void {
    const { refill } = this.notes(stream);
    this.#refilling.add(stream);
    if (refill !== null && isSame(readNotes(refill))) return;
    this.#bookmarks.set(stream, { ...this.#bookmarks.get(stream), refill: {} });
    this.note(stream, start);
  }

  /** All of the stream has been read anew: what that came to is its bookmark, but for dates that were later already. */
  endRefill(stream: string): void {
    const after = this.bookmark(stream);
    if (!this.#refilling.delete(stream)) return;
    const before = this.bookmark(stream);
    const later = Object.keys(before).filter(
      (key) => (instantIn(before, key) ?? START) > (instantIn(after, key) ?? START),
    );
    this.#bookmarks.set(stream, {
      ...after,
      ...Object.fromEntries(later.map((key) => [key, before[key]])),
    });
  }

  /** Notes something beside the stream's bookmark; null takes a note out. */
  note(stream: string, notes: Partial<Notes>): void {
    this.set(stream, writeNotes(notes));
  }

  /** Forgets all of a stream, and that a run was in the middle of it. */
  forget(stream: string): void {
    this.#bookmarks.delete(stream);
    if (this.#currentlySyncing === stream) this.#currentlySyncing = null;
  }

  get currentlySyncing(): string | null {
    return this.#currentlySyncing;
  }

  set currentlySyncing(stream: string | null) {
    this.#currentlySyncing = stream;
  }

  copy(): State {
    return new State(this.#bookmarks, this.#others, this.#currentlySyncing);
  }

  /** A newer state, with the streams that it does not speak of kept as they were here. */
  mergedWith(newer: State): State {
    const told = [...newer.#bookmarks].filter(
      ([stream, bookmark]) => Object.keys(bookmark).length > 0 || !this.#bookmarks.has(stream),
    );
    const others = { ...this.#others, ...newer.#others };
    return new State(new Map([...this.#bookmarks, ...told]), others, newer.#currentlySyncing);
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

  /** As it is stored: one line, as every Singer tool expects it. */
  get text(): string {
    return JSON.stringify(this.snapshot());
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
