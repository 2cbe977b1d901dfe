import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/close/row.ts';
import { createClocks, judgeBegan, warnOfClocks } from '../../src/tap/clocks.ts';
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../src/time/instant.ts';
import { formatInstant, parseInstant } from '../../src/time/rfc3339.ts';
import { createVirtualClock } from '../http/virtual-clock.ts';

const at = (text: string): Instant => parseInstant(text) ?? Number.NaN;
const TRUTH = at('2026-06-01T12:00:00Z');
const YEAR = 365 * DAY;

describe('the start of a run', () => {
  test.each([
    ['the only clock that is known', 0, null, null, 0, 0],
    ['both clocks, if they are near each other', MINUTE, 0, -DAY, 0, MINUTE],
    ['both clocks, if one is hours fast and no row shows which', 5 * HOUR, 0, null, 0, 5 * HOUR],
    ['both clocks, if one is hours slow and no row shows which', -5 * HOUR, 0, null, -5 * HOUR, 0],
    ['the rows, if Close is a year behind', 0, -YEAR, -3 * DAY, -3 * DAY, 0],
    ['the rows, if this machine is hours behind', -5 * HOUR, 0, -SECOND, -SECOND, 0],
    ['the clock that rows do not prove wrong', 0, -DAY, -2 * DAY, -DAY, 0],
    ['the clock of this machine, if Close is years ahead', 0, 73 * YEAR, -HOUR, 0, 0],
    ['the rows, if Close is years ahead and this machine is slow', -5 * HOUR, 73 * YEAR, 0, 0, 0],
    ['the clocks, if a row is ahead of both', 0, -DAY, 50 * YEAR, -DAY, 0],
  ])('is judged by %s', (_, local, server, shown, earliest, latest) => {
    const began = judgeBegan(
      TRUTH + local,
      server === null ? null : TRUTH + server,
      shown === null ? null : TRUTH + shown,
    );

    expect([began.earliest - TRUTH, began.latest - TRUTH]).toEqual([earliest, latest]);
  });

  test('is never too late if one clock is right, and never too early if the other is wrong by hours', () => {
    const off = fc.oneof(
      fc.integer({ min: -20, max: 20 }).map((hours) => hours * HOUR),
      fc.integer({ min: -60, max: 80 }).map((years) => years * YEAR),
      fc.integer({ min: -600, max: 600 }).map((seconds) => seconds * SECOND),
    );
    const shown = fc.option(fc.nat(10_000_000).map((seconds) => TRUTH - seconds * SECOND));
    fc.assert(
      fc.property(off, fc.boolean(), shown, (wrong, isServer, row) => {
        const [local, server] = isServer ? [TRUTH, TRUTH + wrong] : [TRUTH + wrong, TRUTH];

        const { earliest, latest } = judgeBegan(local, server, row);

        expect(earliest).toBeLessThanOrEqual(TRUTH);
        if (isServer || wrong >= -DAY) expect(latest).toBeGreaterThanOrEqual(TRUTH);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the clocks of a run', () => {
  const changed = (when: Instant): Row => ({ id: 'a', date_updated: formatInstant(when) });

  test('learn from rows how late Close is, whenever the rows come', async () => {
    const clock = createVirtualClock(TRUTH / 1000);
    const clocks = createClocks(clock, () => TRUTH - YEAR);
    const before = clocks.startedAt();

    await clock.advance(60_000);
    clocks.show([changed(TRUTH - DAY), changed(TRUTH + 30 * SECOND), changed(TRUTH + 9 * YEAR)]);

    expect(before).toBe(TRUTH - YEAR);
    expect(clocks.startedAt()).toBe(TRUTH - 30 * SECOND);
    expect(clocks.now()).toBe(TRUTH + 30 * SECOND);
    expect(clocks.latest()).toBe(TRUTH + MINUTE);
    expect(clocks.agree()).toBe(false);
  });

  test('do not look at rows if they agree', () => {
    const clocks = createClocks(createVirtualClock(TRUTH / 1000), () => TRUTH - SECOND);

    clocks.show([changed(TRUTH)]);

    expect(clocks.startedAt()).toBe(TRUTH - SECOND);
    expect(clocks.warning()).toBeNull();
  });

  test.each([
    [-10 * MINUTE, '10 minutes'],
    [-DAY, '24 hours'],
    [YEAR, '365 days'],
  ])('give a warning if Close is off by %d', (off, length) => {
    const warning = warnOfClocks(TRUTH, TRUTH + off);

    expect(warning).toContain(`said ${formatInstant(TRUTH + off)} when this machine's said`);
    expect(warning).toContain(`they are ${length} apart`);
  });
});
