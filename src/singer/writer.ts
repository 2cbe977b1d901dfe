import { isDeepStrictEqual } from 'node:util';
import { activateVersionMessage, aroundRecords, schemaMessage, stateMessage } from './messages.ts';
import type { Output } from './output.ts';
import type { SelectedStream } from './selection.ts';

/** A pipe holds 64 KiB; larger pieces save calls, and twice as much is still nothing to keep. */
const CHUNK_BYTES = 128 * 1024;
/** As many as a page or two need. */
const MOST_SPARE = 16;
/** Of UTF-8, for one unit of a JavaScript string. */
const MOST_BYTES_PER_UNIT = 3;
const LINE_FEED = 10;

/** Text on its way out, encoded line by line: one emoji would make all of a long string twice as wide, and slow. */
interface Chunk {
  readonly bytes: Buffer;
  used: number;
}

const createChunk = (bytes: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)): Chunk => ({ bytes, used: 0 });

/**
 * Writes messages in the order in which its methods are called, whoever calls them: each call appends its whole
 * text at once and only then waits for the output. Text is kept back until there is a chunk of it or `flush` is
 * called, so whoever is about to wait for something else calls `flush` first.
 */
export class MessageWriter {
  readonly #output: Output;
  /** Full chunks, in order; `#tail` follows them. */
  #chunks: Chunk[] = [];
  #tail = createChunk();
  /** Those that have been written and may be filled again. */
  readonly #spare: Buffer[] = [];
  #lastState: object | null = null;
  #recordsSinceState = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(output: Output) {
    this.#output = output;
  }

  async schema(stream: SelectedStream): Promise<void> {
    await this.#send(schemaMessage(stream));
  }

  /** @param texts the records, each as JSON text without line breaks; each is taken when the one before is written */
  async records(
    stream: string,
    texts: Iterable<string>,
    timeExtracted: string,
    version?: number,
  ): Promise<void> {
    const [head, tail] = aroundRecords(stream, timeExtracted, version);
    for (const text of texts) {
      this.#append(head + text + tail);
      this.#recordsSinceState += 1;
    }
    await this.#sendFull();
  }

  /** Records written since `state` was called last. */
  get recordsSinceState(): number {
    return this.#recordsSinceState;
  }

  /** Skipped when it says what the last one said, unless `force`. */
  async state(value: object, { force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#recordsSinceState = 0;
    if (!force && isDeepStrictEqual(value, this.#lastState)) return;
    this.#lastState = structuredClone(value);
    await this.#send(stateMessage(value));
  }

  async activateVersion(stream: string, version: number): Promise<void> {
    await this.#send(activateVersionMessage(stream, version));
  }

  /** Resolves when everything written so far has left. */
  async flush(): Promise<void> {
    const turn = this.#writing.then(() => this.#drain());
    // A failure is told to everyone who waits, and to those who come later; it need not be told to nobody.
    turn.catch(() => undefined);
    this.#writing = turn;
    await turn;
  }

  async #send(line: string): Promise<void> {
    this.#append(line);
    await this.#sendFull();
  }

  async #sendFull(): Promise<void> {
    if (this.#chunks.length > 0) await this.flush();
  }

  #append(line: string): void {
    const most = line.length * MOST_BYTES_PER_UNIT + 1;
    if (most > CHUNK_BYTES - this.#tail.used) this.#putAside();
    if (most > CHUNK_BYTES) {
      const bytes = Buffer.from(`${line}\n`);
      this.#chunks.push({ bytes, used: bytes.length });
      return;
    }
    const { bytes, used } = this.#tail;
    const end = used + bytes.write(line, used);
    bytes[end] = LINE_FEED;
    this.#tail.used = end + 1;
  }

  #putAside(): void {
    if (this.#tail.used === 0) return;
    this.#chunks.push(this.#tail);
    this.#tail = createChunk(this.#spare.pop());
  }

  async #drain(): Promise<void> {
    this.#putAside();
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const { bytes, used } of chunks) {
      await this.#output.write(bytes.subarray(0, used));
      if (bytes.length === CHUNK_BYTES && this.#spare.length < MOST_SPARE) this.#spare.push(bytes);
    }
  }
}
