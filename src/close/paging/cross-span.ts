import { ProtocolError } from '../../errors.ts';
import type { Page } from '../envelope.ts';
import { isMissing, isNotTaken, isSkipCapped } from '../refusals.ts';
import type { Row } from '../row.ts';
import { byOffset } from './by-offset.ts';

/** One of the lists that hold the rows of another between them. */
export interface ListPart {
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
}

export interface CrossingOptions {
  /** Of the whole list, for messages. */
  readonly path: string;
  /** Asks for rows of the span, of the whole list or of a part of it. */
  readonly request: (paging: Readonly<Record<string, string>>, part: ListPart) => Promise<Page>;
  /** Page sizes to try one after the other: `_skip` ends at the same place, so a larger page reaches further. */
  readonly sizes: readonly number[];
  readonly partition: readonly ListPart[];
  /** Told when the parts must be read one by one. */
  readonly onParts: () => void;
  /** Told of a part that refuses its first page: not every account has the list of every type. */
  readonly onMissing: (part: ListPart) => void;
}

/** Reads a span that no date divides any more by offset; where `_skip` is refused, by larger pages, then part by part. */
export async function* crossSpan(options: CrossingOptions): AsyncGenerator<Row[], void> {
  const { request, path, sizes, partition, onParts, onMissing } = options;

  /** @returns how many rows the list counted, where it counts */
  async function* through(size: number, part: ListPart): AsyncGenerator<Row[], number | null> {
    let total: number | null = null;
    const fetch = async (skip: number, limit: number): Promise<Page> => {
      const paging = { _limit: String(limit), ...(skip > 0 ? { _skip: String(skip) } : {}) };
      const page = await request(paging, part);
      pages += 1;
      counted = Math.max(counted, part === WHOLE ? (page.total ?? 0) : 0);
      total = page.total;
      return page;
    };
    const name = `GET ${part.path ?? path}`;
    for await (const page of byOffset(name, fetch, size)) yield page.rows;
    return total;
  }

  async function* throughPart(size: number, part: ListPart): AsyncGenerator<Row[], number> {
    const before = pages;
    try {
      return (yield* through(size, part)) ?? 0;
    } catch (error) {
      // Close does not take the type, or has no such list, in an account without it.
      if (pages > before || !(isNotTaken(error) || isMissing(error))) throw error;
      onMissing(part);
      return 0;
    }
  }

  let counted = 0;
  let pages = 0;
  let refusal: unknown = null;
  for (const size of sizes) {
    try {
      yield* through(size, WHOLE);
      return;
    } catch (error) {
      if (!isSkipCapped(error)) throw error;
      refusal = error;
    }
  }
  if (partition.length === 0) throw refusal;
  onParts();
  const largest = Math.max(...sizes);
  let inParts = 0;
  for (const part of partition) inParts += yield* throughPart(largest, part);
  if (inParts < counted) {
    throw new ProtocolError(
      `GET ${path}: its types hold ${inParts} of ${counted} rows; the others are of unknown types`,
    );
  }
}

const WHOLE: ListPart = {};
