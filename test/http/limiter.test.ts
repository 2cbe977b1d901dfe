import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/http/budgets.ts';
import { createLimiter, type Limiter, type LimiterOptions } from '../../src/http/limiter.ts';
import type { RateLimit } from '../../src/http/rate-limits.ts';
import { createVirtualClock } from './virtual-clock.ts';

const limit = (remaining: number, resetMs = 5_000, of = 100, family = 'ratelimit'): RateLimit => ({
  family,
  limit: of,
  remaining,
  resetMs,
});

/** A limiter with its own clock, and the requests that it has let through. */
const arrange = (options: Partial<LimiterOptions> = {}) => {
  const clock = createVirtualClock();
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const limiter = createLimiter({
    clock,
    signal: controller.signal,
    max_concurrency: 16,
    startAt: 16,
    rate_limit_share: 1,
    random: () => 0,
    ...options,
  });
  const through: Ticket[] = [];
  const ask = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      limiter.enter().then(
        (ticket) => through.push(ticket),
        () => {},
      );
    }
    await clock.advance(0);
  };
  /** Lets one request through and answers it. */
  const answer = async (limits: readonly RateLimit[]): Promise<void> => {
    limiter.leave(await limiter.enter(), 'answered', limits);
  };
  return { clock, controller, limiter, through, ask, answer };
};

const answerAll = (limiter: Limiter, tickets: Ticket[], limits: readonly RateLimit[] = []): void => {
  for (const ticket of tickets.splice(0)) limiter.leave(ticket, 'answered', limits);
};

describe('the number of requests at once', () => {
  test('begins with the number that is given', async () => {
    const { through, ask } = arrange({ startAt: 4 });

    await ask(10);

    expect(through).toHaveLength(4);
  });

  test('doubles with each round of answers, up to the limit', async () => {
    const { clock, limiter, through, ask } = arrange({ startAt: 1, max_concurrency: 6 });
    const rounds: number[] = [];

    await ask(100);
    for (let round = 0; round < 5; round += 1) {
      rounds.push(through.length);
      answerAll(limiter, through);
      await clock.advance(0);
    }

    expect(rounds).toEqual([1, 2, 4, 6, 6]);
  });

  test('does not grow after failures', async () => {
    const { clock, limiter, through, ask } = arrange({ startAt: 1 });

    await ask(10);
    for (let round = 0; round < 5; round += 1) {
      limiter.leave(through.pop() ?? 0, 'failed', []);
      await clock.advance(0);
    }

    expect(through).toHaveLength(1);
  });

  test('is halved only once by requests that are refused together', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(40);

    for (const ticket of through.splice(0)) limiter.refuse(ticket, 1_000, []);
    await clock.advance(1_100);

    expect(through).toHaveLength(8);
  });

  test.each([
    ['is not taken for the doing of others where no limit was known when it was sent', false, 7],
    ['is taken for the doing of others where there was said to be room', true, 2],
  ])('a refusal %s', async (_, isKnown, atOnce) => {
    const { clock, limiter, through, ask, answer } = arrange({ startAt: 8 });
    if (isKnown) await answer([limit(16, 5_000, 16)]);
    await ask(8);
    const [refused, ...others] = through.splice(0);

    answerAll(limiter, others, [limit(16, 5_000, 16)]);
    limiter.refuse(refused ?? 0, 100, [limit(16, 5_000, 16)]);
    await ask(20);
    await clock.advance(120);

    expect(through).toHaveLength(atOnce);
  });

  test('is halved again by a refusal that comes after the wait', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(40);

    for (let episode = 0; episode < 5; episode += 1) {
      for (const ticket of through.splice(0)) limiter.refuse(ticket, 1_000, []);
      await clock.advance(1_100);
    }

    expect(through).toHaveLength(1);
  });

  test('grows by about one per round after a refusal', async () => {
    const { clock, limiter, through, ask } = arrange();
    const rounds: number[] = [];
    await ask(200);

    for (const ticket of through.splice(0)) limiter.refuse(ticket, 1_000, []);
    await clock.advance(1_100);
    for (let round = 0; round < 4; round += 1) {
      rounds.push(through.length);
      answerAll(limiter, through);
      await clock.advance(0);
    }

    expect(rounds).toEqual([8, 8, 9, 10]);
  });

  test('is never more than the limit, whatever the answers', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('enter' as const), count: fc.integer({ min: 1, max: 20 }) }),
      fc.record({
        kind: fc.constantFrom('answered' as const, 'failed' as const, 'refuse' as const),
        which: fc.nat(50),
        limits: fc.array(
          fc.record({
            family: fc.constantFrom('a', 'b'),
            limit: fc.integer({ min: 1, max: 50 }),
            remaining: fc.nat(50),
            resetMs: fc.nat(3_000),
          }),
          { maxLength: 2 },
        ),
        waitMs: fc.nat(3_000),
      }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(4_000) }),
    );
    const settings = fc.record({
      max_concurrency: fc.integer({ min: 1, max: 8 }),
      startAt: fc.integer({ min: 1, max: 8 }),
    });

    await fc.assert(
      fc.asyncProperty(settings, fc.array(step, { maxLength: 60 }), async (options, steps) => {
        const { clock, limiter, through, ask } = arrange(options);
        for (const move of steps) {
          if (move.kind === 'enter') await ask(move.count);
          else if (move.kind === 'pass') await clock.advance(move.ms);
          else {
            const [ticket] = through.splice(move.which % Math.max(1, through.length), 1);
            if (ticket === undefined) continue;
            if (move.kind === 'refuse') limiter.refuse(ticket, move.waitMs, move.limits);
            else limiter.leave(ticket, move.kind, move.limits);
          }
          await clock.advance(0);

          expect(through.length).toBeLessThanOrEqual(options.max_concurrency);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('lets every request through in the end, whatever limits were stated', async () => {
    const said = fc.array(
      fc.record({
        outcome: fc.constantFrom('answered' as const, 'failed' as const, 'refused' as const),
        limits: fc.array(
          fc.record({
            family: fc.constantFrom('a', 'b', 'c'),
            limit: fc.integer({ min: 0, max: 50 }),
            remaining: fc.nat(50),
            resetMs: fc.nat(30_000),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 30 },
    );
    const share = fc.constantFrom(0.05, 0.5, 0.8, 1);

    await fc.assert(
      fc.asyncProperty(said, share, async (answers, part) => {
        const { clock, limiter } = arrange({ rate_limit_share: part, max_concurrency: 4 });
        const one = async ({ outcome, limits }: (typeof answers)[number]): Promise<void> => {
          const ticket = await limiter.enter();
          await clock.sleep(50);
          if (outcome === 'refused') limiter.refuse(ticket, 1_000, limits);
          else limiter.leave(ticket, outcome, limits);
        };

        await clock.until(Promise.all(answers.map(one)));
      }),
      { numRuns: 150 },
    );
  });
});

describe('what the server says is left', () => {
  test('is not exceeded, including requests under way', async () => {
    const { through, ask, answer } = arrange();
    await answer([limit(3)]);

    await ask(10);

    expect(through).toHaveLength(3);
  });

  test('holds for each family of limits', async () => {
    const { through, ask, answer } = arrange();
    await answer([limit(50, 5_000, 100, 'key'), limit(2, 5_000, 60, 'gateway')]);

    await ask(10);

    expect(through).toHaveLength(2);
  });

  test('leaves a part to other processes', async () => {
    const { through, ask, answer } = arrange({ rate_limit_share: 0.8 });
    await answer([limit(25)]);

    await ask(10);

    expect(through).toHaveLength(5);
  });

  test('is what the answer says that was counted last, even if it arrives first', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(4);
    const [first = 0, second = 0, third = 0, fourth = 0] = through.splice(0);

    limiter.leave(first, 'answered', [limit(6)]);
    limiter.leave(fourth, 'answered', [limit(3)]);
    limiter.leave(second, 'answered', [limit(5)]);
    limiter.leave(third, 'answered', [limit(4)]);
    await ask(10);
    await clock.advance(0);

    expect(through).toHaveLength(3);
  });

  test('rises again with the answer to a later request', async () => {
    const { through, ask, answer } = arrange();
    await answer([limit(2)]);
    await answer([limit(7)]);

    await ask(10);

    expect(through).toHaveLength(7);
  });

  test('may have become less by a request that failed', async () => {
    const { limiter, through, ask, answer } = arrange();
    await answer([limit(3)]);
    limiter.leave(await limiter.enter(), 'failed', []);

    await ask(10);

    expect(through).toHaveLength(2);
  });

  test('no longer holds when answers stop stating it', async () => {
    const { through, ask, answer } = arrange();
    await answer([limit(1)]);
    await answer([]);

    await ask(10);

    expect(through).toHaveLength(10);
  });
});

describe('a limit that is used up', () => {
  test('is waited for until its reset, and then tried with a single request', async () => {
    const { clock, limiter, through, ask, answer } = arrange();
    await answer([limit(0, 5_000)]);
    await ask(10);

    await clock.advance(4_900);
    expect(through).toHaveLength(0);
    await clock.advance(200);
    expect(through).toHaveLength(1);
    answerAll(limiter, through, [limit(99)]);
    await clock.advance(0);

    expect(through).toHaveLength(9);
  });

  test('goes on one by one if a reset means one more request', async () => {
    const { clock, limiter, through, ask, answer } = arrange();
    await answer([limit(0, 100)]);
    await ask(3);

    for (let round = 0; round < 3; round += 1) {
      await clock.advance(110);
      expect(through).toHaveLength(1);
      answerAll(limiter, through, [limit(0, 100)]);
    }

    expect(through).toHaveLength(0);
  });

  test('does not count as full after an answer from before the reset', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(2);
    const [early = 0, late = 0] = through.splice(0);
    limiter.leave(early, 'answered', [limit(0, 100)]);
    await ask(10);
    await clock.advance(700);
    expect(through).toHaveLength(1);

    limiter.leave(late, 'answered', [limit(50, 5_000)]);
    await clock.advance(0);

    expect(through).toHaveLength(1);
  });

  test('is tried again without an answer, so that one hanging request does not stop the group', async () => {
    const { clock, through, ask, answer } = arrange();
    await answer([limit(0, 100)]);
    await ask(10);

    await clock.advance(10_000);

    expect(through.length).toBeGreaterThan(3);
    expect(through.length).toBeLessThan(10);
  });

  test('is waited for a little longer while answers are on their way', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(2);
    const [first = 0, second = 0] = through.splice(0);
    limiter.leave(first, 'answered', [limit(0, 100)]);
    await ask(1);

    await clock.advance(300);
    expect(through).toHaveLength(0);
    limiter.leave(second, 'answered', [limit(0, 1)]);
    await clock.advance(10);

    expect(through).toHaveLength(1);
  });

  test('wakes the processes that wait for the same reset at different moments', async () => {
    const { clock, through, ask, answer } = arrange({ random: () => 1 });
    await answer([limit(0, 5_000)]);
    await ask(1);

    await clock.advance(5_200);
    expect(through).toHaveLength(0);
    await clock.advance(100);

    expect(through).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test('makes the whole group wait', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(3);
    const [refused = 0, second = 0, third = 0] = through.splice(0);

    limiter.refuse(refused, 2_000, []);
    limiter.leave(second, 'answered', []);
    limiter.leave(third, 'answered', []);
    await ask(5);
    await clock.advance(1_900);
    expect(through).toHaveLength(0);
    await clock.advance(200);

    expect(through).toHaveLength(5);
  });

  test('that asks for a shorter wait does not shorten the wait of another', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(2);
    const [first = 0, second = 0] = through.splice(0);

    limiter.refuse(first, 2_000, []);
    limiter.refuse(second, 500, []);
    await ask(1);
    await clock.advance(1_900);

    expect(through).toHaveLength(0);
  });
});

describe('a refusal although there is room', () => {
  test('means that others use the key, so only a part of the room is used at once', async () => {
    const { clock, limiter, through, ask, answer } = arrange();
    await answer([limit(16)]);

    limiter.refuse(await limiter.enter(), 100, [limit(16)]);
    await ask(20);
    await clock.advance(200);

    expect(through).toHaveLength(2);
  });

  test('does not mean this if the request was sent before any limit was stated', async () => {
    const { clock, limiter, through, ask } = arrange();
    await ask(2);
    const [first = 0, second = 0] = through.splice(0);
    limiter.leave(first, 'answered', [limit(16)]);

    limiter.refuse(second, 100, [limit(16)]);
    await ask(20);
    await clock.advance(200);

    expect(through).toHaveLength(8);
  });
});

test('a clock that is set back by an hour makes no request wait for an hour', async () => {
  const clock = createVirtualClock();
  let behind = 0;
  const limiter = createLimiter({
    clock: { ...clock, now: () => clock.now() - behind },
    signal: new AbortController().signal,
    max_concurrency: 4,
    startAt: 4,
    rate_limit_share: 1,
    random: () => 0,
  });
  limiter.refuse(await limiter.enter(), 2_000, []);
  behind = 3_600_000;
  const from = clock.now();

  await clock.until(limiter.enter());

  expect(clock.now() - from).toBeLessThan(130_000);
});

describe('the end of the run', () => {
  test('ends all waiting, with its reason', async () => {
    const { controller, limiter, answer } = arrange();
    await answer([limit(0, 5_000)]);
    const waiting = [limiter.enter(), limiter.enter()];
    const reason = new Error('stopped');

    controller.abort(reason);

    expect(await Promise.allSettled(waiting)).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });

  test('lets no request through any more', async () => {
    const { controller, limiter } = arrange();
    const reason = new Error('stopped');
    controller.abort(reason);

    const entering = limiter.enter();

    await expect(entering).rejects.toBe(reason);
  });

  test('leaves no timer running', async () => {
    const { clock, controller, through, ask, answer } = arrange();
    await answer([limit(0, 5_000)]);
    await ask(3);

    controller.abort(new Error('stopped'));
    await clock.advance(10_000);

    expect(clock.asleep()).toBe(0);
    expect(through).toEqual([]);
  });
});
