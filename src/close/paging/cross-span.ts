import { ProtocolError } from '../../errors.ts';
import type { Page } from '../envelope.ts';
import { pagingOf } from '../page-size.ts';
import { isMissing, isNotTaken, isSkipCapped } from '../refusals.ts';
import type { Row } from '../row.ts';
import { byOffset } from './by-offset.ts';

/** A list that holds a part of the rows of another list. Together, its parts hold all rows of that list. */
export interface ListPart {
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
}

export interface CrossingOptions {
  /** The path of the whole list, for messages. */
  readonly path: string;
  /** Asks the whole list, or a part of it, for rows of the span. */
  readonly request: (paging: Readonly<Record<string, string>>, part: ListPart) => Promise<Page>;
  /** Page sizes to try, the smallest first. The server limits `_skip`, so larger pages reach further. */
  readonly sizes: readonly number[];
  readonly partition: readonly ListPart[];
  /** Called when the parts must be read one by one. */
  readonly onParts: () => void;
  /** Called with a part that refuses its first page: not every account has the list of every type. */
  readonly onMissing: (part: ListPart) => void;
}

/**
 * Reads a span that no date can divide any more, by `_skip`. When the server refuses a `_skip`, it tries larger pages,
 * and then each part by itself.
 * @throws ProtocolError when the parts hold fewer rows than the whole list counts
 */
export async function* crossSpan(options: CrossingOptions): AsyncGenerator<Row[], void> {
  const { request, path, sizes, partition, onParts, onMissing } = options;

  /** @returns how many rows the list counted; null if it does not count */
  async function* through(size: number, part: ListPart): AsyncGenerator<Row[], number | null> {
    let total: number | null = null;
    const fetch = async (skip: number, limit: number): Promise<Page> => {
      const page = await request(pagingOf(skip, limit), part);
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
      // Close refuses a type, or has no list of it, in an account without that type.
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
