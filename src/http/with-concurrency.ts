import type { ApiRequest, Layer, Reply } from './request.ts';

/** When pages that are not decoded yet have more bytes than this, no more requests are sent. */
const MOST_WAITING_BYTES = 2 * 1024 * 1024;

/**
 * Allows at most `max_concurrency` requests under way at once, over all endpoint groups, and none while too many bytes
 * of pages wait to be decoded. The stream with the fewest requests under way goes first, so no stream blocks the
 * others. Of its requests, the one that has waited longest goes first.
 */
export const withConcurrency = (max_concurrency: number): Layer => {
  const waiting: { readonly stream: string; readonly go: () => void }[] = [];
  const underWay = new Map<string, number>();
  let total = 0;
  let heldBytes = 0;

  const of = (stream: string): number => underWay.get(stream) ?? 0;
  const streamOf = (request: ApiRequest): string => request.stream ?? '';
  const mayBegin = (): boolean => total < max_concurrency && heldBytes <= MOST_WAITING_BYTES;
  const begin = (stream: string): void => {
    total += 1;
    underWay.set(stream, of(stream) + 1);
  };
  const admit = (): void => {
    while (waiting.length > 0 && mayBegin()) {
      const fewest = Math.min(...waiting.map((one) => of(one.stream)));
      const index = waiting.findIndex((one) => of(one.stream) === fewest);
      const [next] = waiting.splice(index, 1);
      if (!next) return;
      begin(next.stream);
      next.go();
    }
  };
  const end = (stream: string): void => {
    total -= 1;
    underWay.set(stream, of(stream) - 1);
    admit();
  };
  /** Counts the bytes of a page until it is released. */
  const held = (reply: Reply): Reply => {
    const { page } = reply;
    if (!page) return reply;
    const { length } = page.bytes;
    heldBytes += length;
    const release = (): void => {
      heldBytes -= length;
      page.release();
      admit();
    };
    return { ...reply, page: { bytes: page.bytes, release } };
  };

  return (next) => async (request, signal) => {
    const stream = streamOf(request);
    if (mayBegin()) begin(stream);
    else await new Promise<void>((go) => waiting.push({ stream, go }));
    try {
      return held(await next(request, signal));
    } finally {
      end(stream);
    }
  };
};
