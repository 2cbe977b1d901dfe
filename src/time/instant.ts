/**
 * An instant, as microseconds since 1970-01-01, UTC. Close writes microseconds, which a Date cannot hold. It is a plain
 * number, so `<` compares two of them. It is exact from 1684 to 2255; whole seconds are exact far beyond.
 */
export type Instant = number;

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** If two clocks differ by no more than this, both are good enough: no row is lost. */
export const CLOCK_TOLERANCE = 5 * MINUTE;

/** The start of the second that holds the instant. */
export const floorSecond = (instant: Instant): Instant => Math.floor(instant / SECOND) * SECOND;

/** The first whole second at or after the instant. */
export const ceilSecond = (instant: Instant): Instant => Math.ceil(instant / SECOND) * SECOND;

export const fromMillis = (ms: number): Instant => Math.round(ms * 1000);
export const toMillis = (instant: Instant): number => Math.floor(instant / 1000);
