import type { Layer } from './request.ts';

/** At most so many requests under way at once, whatever their group; the longest waiting goes first. */
export const withConcurrency = (max: number): Layer => {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  const leave = (): void => {
    const first = waiting.shift();
    if (first) first();
    else underWay -= 1;
  };

  return (next) => async (request, signal) => {
    if (underWay < max) underWay += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await next(request, signal);
    } finally {
      leave();
    }
  };
};
