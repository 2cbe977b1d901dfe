import { oneLine } from './text.ts';

/** A pipe holds 64 KiB; larger pieces save calls, and twice as much is still nothing to keep. */
const CHUNK_BYTES = 128 * 1024;
/** As many as a page or two need. */
const MOST_SPARE = 16;
/** Of UTF-8, for one unit of a JavaScript string. */
const MOST_BYTES_PER_UNIT = 3;
/** Up to here a loop over the characters is faster than a call into the engine. */
const SHORT = 64;

/** Up to here a loop over the bytes is faster than that call. */
const SHORT_PIECE = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/**
 * `text.charCodeAt(index)`. To V8 there are so many kinds of string that it would look the method up anew for every
 * character.
 */
const charCodeAt: (text: string, index: number) => number = Function.prototype.call.bind(
  String.prototype.charCodeAt,
);

/**
 * Collects lines of JSON text as UTF-8, piece by piece. Put straight into bytes, what is written for every record is
 * encoded once, and an emoji in one text makes no other text wider: built as one string, a record would take more than
 * twice the work.
 */
export class JsonLines {
  /** Whole lines, in order; those of `#bytes` follow them. */
  #full: Buffer[] = [];
  #bytes: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** Where the line that is being written began. */
  #lineStart = 0;
  #end = 0;
  /** Bytes of whole chunks that have not been written out. */
  #waiting = 0;
  /** Buffers that have been written out and may be filled again. */
  readonly #spare: Buffer[] = [];

  /** Puts UTF-8 as it is. */
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

  /** Puts text that is JSON already. */
  text(json: string): void {
    if (json.length * MOST_BYTES_PER_UNIT > this.#bytes.length - this.#end)
      this.#startChunk(Buffer.byteLength(json));
    this.#end += this.#bytes.write(json, this.#end);
  }

  /** Puts text that is JSON already, short and of ASCII only, as numbers and dates are. */
  ascii(json: string): void {
    const { length } = json;
    if (length > this.#bytes.length - this.#end) this.#startChunk(length);
    const bytes = this.#bytes;
    let end = this.#end;
    for (let index = 0; index < length; index += 1) bytes[end++] = charCodeAt(json, index);
    this.#end = end;
  }

  /** Puts a string as JSON, between quotes. */
  string(value: string): void {
    const { length } = value;
    if (length > SHORT || !this.#printable(value, length)) this.#quoted(value);
  }

  /** Most texts take as many bytes as they have characters, and then have none at which a line ends for some readers. */
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

  /** Puts a string between quotes if it is printable ASCII that needs no escape, as ids, dates and most names are. */
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
    // One that was made for a long line would be long in filling.
    if (this.#bytes.length > CHUNK_BYTES) this.#startChunk(0);
  }

  /** How long the line is that is being written, in bytes. */
  get lineLength(): number {
    return this.#end - this.#lineStart;
  }

  /** Forgets what was put behind the first `length` bytes of the line. */
  cutLine(length: number): void {
    this.#end = this.#lineStart + length;
  }

  /** Forgets what was put since the last line's end. */
  dropLine(): void {
    this.cutLine(0);
  }

  /** Whether there is a chunk that nothing can be added to. */
  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** How much of it has not been written out, in bytes, but for the last chunk. */
  get waitingBytes(): number {
    return this.#waiting;
  }

  /** All whole lines, in chunks; each is to be given back when it has been written. */
  take(): readonly Buffer[] {
    if (this.#lineStart > 0) this.#startChunk(0);
    const chunks = this.#full;
    this.#full = [];
    return chunks;
  }

  /** Lets a chunk that was taken be filled again. */
  giveBack(chunk: Buffer): void {
    this.#waiting -= chunk.length;
    const { buffer } = chunk;
    if (buffer.byteLength === CHUNK_BYTES && this.#spare.length < MOST_SPARE)
      this.#spare.push(Buffer.from(buffer));
  }

  /** Puts the whole lines aside, and takes what was begun along to a chunk with room for so many more bytes. */
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

/** What `write` puts, as text. */
export const textWritten = (write: (out: JsonLines) => void): string => {
  const lines = new JsonLines();
  write(lines);
  lines.endLine();
  return Buffer.concat(lines.take()).toString().slice(0, -1);
};
