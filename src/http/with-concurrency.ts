import type { ApiRequest, Layer } from './request.ts';

/**
 * At most so many requests under way at once, whatever their group. Of those that wait, one of the stream with the
 * fewest under way goes first, the longest waiting of them: no stream keeps the others waiting for all of its own.
 */
export const withConcurrency = (max: number): Layer => {
  const waiting: { readonly stream: string; readonly go: () => void }[] = [];
  const underWay = new Map<string, number>();
  let total = 0;

  const of = (stream: string): number => underWay.get(stream) ?? 0;
  const streamOf = (request: ApiRequest): string => request.stream ?? '';
  const begin = (stream: string): void => {
    total += 1;
    underWay.set(stream, of(stream) + 1);
  };
  const end = (stream: string): void => {
    total -= 1;
    underWay.set(stream, of(stream) - 1);
    const fewest = Math.min(...waiting.map((one) => of(one.stream)));
    const index = waiting.findIndex((one) => of(one.stream) === fewest);
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (!next) return;
    begin(next.stream);
    next.go();
  };

  return (next) => async (request, signal) => {
    const stream = streamOf(request);
    if (total < max) begin(stream);
    else await new Promise<void>((go) => waiting.push({ stream, go }));
    try {
      return await next(request, signal);
    } finally {
      end(stream);
    }
  };
};
