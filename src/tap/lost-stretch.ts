import type { Resume } from '../singer/resume.ts';
import { HOUR, type Instant } from '../time/instant.ts';
import { type Span, START, subtract } from '../time/span.ts';

/** How late a first run may be for the oldest rows that Close keeps: Close drops old rows during the run. */
const UNNOTICED = HOUR;

/**
 * What the user asked for and Close no longer keeps, or null. A first run misses nothing that was there before. A run
 * that continues an interrupted one misses what that one could still have read. A loss of an hour or less may go
 * unreported. What lay further back was already out of reach, and was reported, then.
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
