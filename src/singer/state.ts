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
 * How far every stream has been read: during a run, in a state file, and in what a target confirms. It also keeps what
 * it was given about streams that this run does not read, and passes that on. This is needed because the program that
 * stores the state replaces all of it.
 */
export class State {
  readonly #bookmarks: Map<string, Bookmark>;
  /** Top-level keys of other tools. */
  readonly #others: Readonly<Record<string, unknown>>;
  /** Streams that are being read again. Their new values go beside their bookmark, which stays valid until the end. */
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
   * @param known the bookmarks that must be dates; any other value passes unchanged
   */
  static parse(
    json: unknown,
    file: string,
    known: readonly KnownBookmark[],
  ): { readonly state: State; readonly warnings: readonly string[] } {
    const { bookmarks, currentlySyncing, others, warnings } = parseState(json, file, known);
    return { state: new State(bookmarks, others, currentlySyncing), warnings };
  }

  /** The streams that the state has an entry for. */
  get streams(): readonly string[] {
    return [...this.#bookmarks.keys()];
  }

  /** Whether the state says nothing about where to continue. */
  get isEmpty(): boolean {
    return [...this.#bookmarks.values()].every((bookmark) => Object.keys(bookmark).length === 0);
  }

  /** Whether the state has streams, but none of these. Then it belongs to another tap. */
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

  /** The tap's notes beside the stream's bookmark. */
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

  /** Whether the stream is being read again from its beginning. */
  isRefilling(stream: string): boolean {
    return this.#refilling.has(stream);
  }

  /**
   * From now on the stream is read again from its beginning. The new values are kept beside its bookmark, so that no
   * date in the bookmark goes back. If an earlier run was cut off and `isSame` accepts its notes, that read continues.
   * @param start the first notes of the new read
   */
  beginRefill(stream: string, start: Partial<Notes>, isSame: (left: Notes) => boolean): void {
    const { refill } = this.notes(stream);
    this.#refilling.add(stream);
    if (refill !== null && isSame(readNotes(refill))) return;
    this.#bookmarks.set(stream, { ...this.#bookmarks.get(stream), refill: {} });
    this.note(stream, start);
  }

  /** The whole stream has been read again. The new values become its bookmark, but dates that were later stay. */
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

  /** Forgets everything about a stream, also that a run was in the middle of it. */
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

  /** A newer state merged into this one. Streams that the newer state does not mention stay as they are here. */
  mergedWith(newer: State): State {
    const mentioned = [...newer.#bookmarks].filter(
      ([stream, bookmark]) => Object.keys(bookmark).length > 0 || !this.#bookmarks.has(stream),
    );
    const others = { ...this.#others, ...newer.#others };
    return new State(new Map([...this.#bookmarks, ...mentioned]), others, newer.#currentlySyncing);
  }

  /** The value of a STATE message. It is frozen. The same state always has the same text, in any order of events. */
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

  /** The state as it is stored: one line, as every Singer tool expects it. */
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
