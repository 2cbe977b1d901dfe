import { isDeepStrictEqual } from 'node:util';
import { JsonLines } from '../json/lines.ts';
import { activateVersionMessage, aroundRecords, schemaMessage, stateMessage } from './messages.ts';
import type { Output } from './output.ts';
import type { SelectedStream } from './selection.ts';

/** Puts one record's JSON text. */
export type WriteRecord = (out: JsonLines) => void;

/** Enough for a target to go on with while the next page is decoded. */
const MOST_WAITING = 512 * 1024;

/**
 * Writes messages in the order in which its methods are called, whoever calls them: each call appends its whole
 * text at once and only then waits for the output. Text is kept back until there is a chunk of it or `flush` is
 * called, so whoever is about to wait for something else calls `flush` first.
 *
 * Records are put without waiting: when `records` returns they are all in the buffer, and any state that is put later
 * comes after them. So the caller may count them as done at once, and then waits for `room`.
 */
export class MessageWriter {
  readonly #output: Output;
  readonly #lines = new JsonLines();
  #lastState: object | null = null;
  #recordsSinceState = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(output: Output) {
    this.#output = output;
  }

  async schema(stream: SelectedStream): Promise<void> {
    await this.#send(schemaMessage(stream));
  }

  /**
   * @param records each is asked for when the one before is written; one that throws leaves nothing of itself
   * @throws what a record throws; the records before it are in the buffer then, the ones after it are not
   */
  records(stream: string, records: Iterable<WriteRecord>, timeExtracted: string, version?: number): void {
    const [head, tail] = aroundRecords(stream, timeExtracted, version);
    const lines = this.#lines;
    try {
      for (const write of records) {
        lines.bytes(head);
        write(lines);
        lines.bytes(tail);
        lines.endLine();
        this.#recordsSinceState += 1;
      }
    } catch (error) {
      lines.dropLine();
      throw error;
    }
  }

  /** Resolves when more may be put: that is the back-pressure. */
  async room(): Promise<void> {
    if (this.#lines.hasFull) await this.flush();
  }

  /** Resolves when the output has taken what waits for it, but for a few chunks: another page may be decoded then. */
  async roomForPage(): Promise<void> {
    if (this.#lines.waitingBytes > MOST_WAITING) await this.flush();
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

  async #send(message: string): Promise<void> {
    this.#lines.text(message);
    this.#lines.endLine();
    await this.room();
  }

  async #drain(): Promise<void> {
    for (const chunk of this.#lines.take()) {
      await this.#output.write(chunk);
      this.#lines.giveBack(chunk);
    }
  }
}
