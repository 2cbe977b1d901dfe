import type { Resume } from '../singer/resume.ts';
import { HOUR, type Instant } from '../time/instant.ts';
import { type Span, START, subtract } from '../time/span.ts';

/** By so much a first run may be late for the oldest of what Close keeps: it moves on while the run goes. */
const UNNOTICED = HOUR;

/**
 * What the user asked for and Close no longer keeps, or null. A first run misses nothing that was there before. A run
 * that goes on with one that was cut off misses what that one could still have read, if it is worth a word; what lay
 * further back was out of reach, and told, then.
 */
export const lostStretch = (
  wanted: Instant,
  reach: { readonly from: Instant; readonly length: number },
  isFirst: boolean,
  resume: Resume | null,
): Span | null => {
  if (isFirst && resume === null) return null;
  const before = resume === null ? START : resume.startedAt - reach.length;
  const from = Math.max(wanted, before);
  const lost = subtract({ from, to: reach.from }, resume?.finished ?? []);
  const [first, last] = [lost[0], lost.at(-1)];
  if (!first || !last) return null;
  const isContinued = isFirst || wanted <= before;
  return isContinued && last.to - first.from <= UNNOTICED ? null : { from: first.from, to: last.to };
};
