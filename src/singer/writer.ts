import { isDeepStrictEqual } from 'node:util';
import { JsonLines } from '../json/lines.ts';
import { activateVersionMessage, aroundRecords, schemaMessage, stateMessage } from './messages.ts';
import type { Output } from './output.ts';
import type { SelectedStream } from './selection.ts';

/** Puts the JSON text of one record into the buffer. */
export type WriteRecord = (out: JsonLines) => void;

/** In bytes. This is enough to keep a target busy while the next page is decoded. */
const MOST_WAITING = 512 * 1024;

/**
 * Writes messages in the order in which its methods are called, even by several callers. Each call appends its whole
 * text at once and only then waits for the output. Text stays in the buffer until there is a full chunk or `flush` is
 * called. So a caller that is going to wait for something else calls `flush` first.
 *
 * Records are added without waiting. When `records` returns, all of them are in the buffer, and any later state comes
 * after them. So the caller may count them as done at once, and then waits for `room`.
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
   * @param records each is asked for when the one before is in the buffer; a record that throws leaves no text there
   * @throws what a record throws; then the records before it are in the buffer, and those after it are not
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

  /** Resolves when more may be added to the buffer. This is the back-pressure. */
  async room(): Promise<void> {
    if (this.#lines.hasFull) await this.flush();
  }

  /** Resolves when at most a few chunks still wait for the output. Then another page may be decoded. */
  async roomForPage(): Promise<void> {
    if (this.#lines.waitingBytes > MOST_WAITING) await this.flush();
  }

  /** The number of records written since the last call of `state`. */
  get recordsSinceState(): number {
    return this.#recordsSinceState;
  }

  /** Writes a state. A state that equals the last one is skipped, unless `force` is set. */
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
    // Every caller that waits now or later gets the failure. When no caller waits, it must not count as unhandled.
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
