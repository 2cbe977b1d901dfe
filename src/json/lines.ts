import { oneLine } from './text.ts';

/** A pipe holds 64 KiB. Larger pieces save calls, and this size needs little memory. */
const CHUNK_BYTES = 128 * 1024;
/** How many buffers to keep for use again: enough for one or two pages. */
const MOST_SPARE = 16;
/** The most bytes of UTF-8 for one unit of a JavaScript string. */
const MOST_BYTES_PER_UNIT = 3;
/** Up to this length, a loop over the characters is faster than a call of a built-in function. */
const SHORT = 64;
/** Up to this length, a loop over the bytes is faster than such a call. */
const SHORT_PIECE = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** `text.charCodeAt(index)`. Written in the usual way, V8 would look up the method again for each character. */
const charCodeAt: (text: string, index: number) => number = Function.prototype.call.bind(
  String.prototype.charCodeAt,
);

/**
 * Collects lines of JSON text as UTF-8 bytes, piece by piece. That takes less than half the work of building each
 * record as a string: text that is the same in every record is encoded only once, and an emoji does not make a whole
 * string wider.
 */
export class JsonLines {
  /** Chunks of whole lines, in order. The lines in `#bytes` come after them. */
  #full: Buffer[] = [];
  #bytes: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** Where the current line begins in `#bytes`. */
  #lineStart = 0;
  #end = 0;
  /** Bytes of whole chunks that have not been written out. */
  #waiting = 0;
  /** Buffers that have been written out and can be used again. */
  readonly #spare: Buffer[] = [];

  /** Adds UTF-8 as it is. */
  bytes(piece: Uint8Array): void {
    const { length } = piece;
    if (length > this.#bytes.length - this.#end) this.#startChunk(length);
    if (length > SHORT_PIECE) this.#bytes.set(piece, this.#end);
    else {
      const bytes = this.#bytes;
      const end = this.#end;
      for (let index = 0; index < length; index += 1) bytes[end + index] = piece[index] ?? 0;
    }
    this.#end += length;
  }

  /** Adds text that is JSON already. */
  text(json: string): void {
    if (json.length * MOST_BYTES_PER_UNIT > this.#bytes.length - this.#end)
      this.#startChunk(Buffer.byteLength(json));
    this.#end += this.#bytes.write(json, this.#end);
  }

  /** Adds short JSON text of ASCII only, for example a number or a date. */
  ascii(json: string): void {
    const { length } = json;
    if (length > this.#bytes.length - this.#end) this.#startChunk(length);
    const bytes = this.#bytes;
    let end = this.#end;
    for (let index = 0; index < length; index += 1) bytes[end++] = charCodeAt(json, index);
    this.#end = end;
  }

  /** Adds a string as JSON, between quotes. */
  string(value: string): void {
    const { length } = value;
    if (length > SHORT || !this.#printable(value, length)) this.#quoted(value);
  }

  /**
   * A text with as many bytes as characters has no character at which some readers end a line. Others are checked for
   * it.
   */
  #quoted(value: string): void {
    const json = JSON.stringify(value);
    const start = this.lineLength;
    this.text(json);
    if (this.lineLength - start === json.length) return;
    const line = oneLine(json);
    if (line === json) return;
    this.cutLine(start);
    this.text(line);
  }

  /**
   * Adds a string between quotes, if it is printable ASCII that needs no escape. That is so for ids, dates and most
   * names.
   */
  #printable(value: string, length: number): boolean {
    if (length + 2 > this.#bytes.length - this.#end) this.#startChunk(length + 2);
    const bytes = this.#bytes;
    let end = this.#end;
    bytes[end++] = QUOTE;
    for (let index = 0; index < length; index += 1) {
      const code = charCodeAt(value, index);
      if (code < FIRST_PRINTABLE || code > LAST_PRINTABLE || code === QUOTE || code === BACKSLASH)
        return false;
      bytes[end++] = code;
    }
    bytes[end++] = QUOTE;
    this.#end = end;
    return true;
  }

  endLine(): void {
    if (this.#end === this.#bytes.length) this.#startChunk(1);
    this.#bytes[this.#end] = LINE_FEED;
    this.#end += 1;
    this.#lineStart = this.#end;
    // A chunk that was made for a long line is large. It would take long to fill.
    if (this.#bytes.length > CHUNK_BYTES) this.#startChunk(0);
  }

  /** The length of the current line, in bytes. */
  get lineLength(): number {
    return this.#end - this.#lineStart;
  }

  /** Removes everything after the first `length` bytes of the current line. */
  cutLine(length: number): void {
    this.#end = this.#lineStart + length;
  }

  /** Removes the current line. */
  dropLine(): void {
    this.cutLine(0);
  }

  /** Whether there is a full chunk. */
  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** How many bytes of full chunks have not been written out. */
  get waitingBytes(): number {
    return this.#waiting;
  }

  /** All whole lines, in chunks. The caller gives back each chunk when it has been written. */
  take(): readonly Buffer[] {
    if (this.#lineStart > 0) this.#startChunk(0);
    const chunks = this.#full;
    this.#full = [];
    return chunks;
  }

  /** Takes back a chunk that has been written, to use it again. */
  giveBack(chunk: Buffer): void {
    this.#waiting -= chunk.length;
    const { buffer } = chunk;
    if (buffer.byteLength === CHUNK_BYTES && this.#spare.length < MOST_SPARE)
      this.#spare.push(Buffer.from(buffer));
  }

  /** Begins a new chunk with room for `needed` bytes more than the current line, and moves the current line into it. */
  #startChunk(needed: number): void {
    const begun = this.#bytes.subarray(this.#lineStart, this.#end);
    if (this.#lineStart > 0) {
      this.#full.push(this.#bytes.subarray(0, this.#lineStart));
      this.#waiting += this.#lineStart;
    }
    const size = begun.length + needed;
    this.#bytes =
      size > CHUNK_BYTES
        ? Buffer.allocUnsafeSlow(size * 2)
        : (this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES));
    this.#bytes.set(begun);
    this.#lineStart = 0;
    this.#end = begun.length;
  }
}

/** What `write` adds, as text. */
export const textWritten = (write: (out: JsonLines) => void): string => {
  const lines = new JsonLines();
  write(lines);
  lines.endLine();
  return Buffer.concat(lines.take()).toString().slice(0, -1);
};
