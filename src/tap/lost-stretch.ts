import type { Resume } from '../singer/resume.ts';
import { HOUR, type Instant } from '../time/instant.ts';
import { type Span, START, subtract } from '../time/span.ts';

/** Close drops old rows even while a first run reads. A loss of this length is not reported. */
const UNNOTICED = HOUR;

/**
 * The stretch that the user asked for and Close no longer keeps; null if there is none to report. A first run cannot lose
 * anything. A run that continues an interrupted one has lost what the interrupted run could still have read, but a loss of
 * an hour or less is not reported then. What is older was already lost, and reported, at that time.
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
