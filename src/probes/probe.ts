import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Scope } from './scope.ts';

/** What trying an assumption came to. No text has an id, a name or a value of the account in it. */
export type Finding =
  | { readonly kind: 'holds'; readonly found?: string }
  /** @see Probe.ifFalse; `streams` where it is not about all that the probe touches */
  | { readonly kind: 'fails'; readonly found: string; readonly streams?: readonly string[] }
  /** The account does not have what would tell, or does not show it to this key. */
  | { readonly kind: 'unknown'; readonly why: string };

/** One thing that is assumed of Close, and how a key can find out whether it is so. */
export interface Probe {
  readonly name: string;
  /** The assumption, as a sentence without its full stop. */
  readonly assumes: string;
  /** What it means if it is false, as a sentence. */
  readonly ifFalse: string;
  /** The file below `src/` that loses nothing although it is false: a walk, or what walks are made of. */
  readonly survivedBy?: string;
  /** The streams that rest on it. */
  readonly touches: (stream: StreamDefinition) => boolean;
  /**
   * It compares several answers, between which the account may have changed: before it accuses, it looks once more, at
   * other rows. Without it, one answer is proof.
   */
  readonly looksAgain?: true;
  readonly look: (scope: Scope) => Promise<Finding>;
}

export const holds = (found?: string): Finding =>
  found === undefined ? { kind: 'holds' } : { kind: 'holds', found };
export const fails = (found: string, streams?: readonly string[]): Finding =>
  streams === undefined ? { kind: 'fails', found } : { kind: 'fails', found, streams };
export const unknown = (why: string): Finding => ({ kind: 'unknown', why });

/** Of looks at several things: one that fails decides; without it, those hold that could tell, and are named. */
export const together = (findings: readonly Finding[]): Finding => {
  const failed = findings.find(({ kind }) => kind === 'fails');
  if (failed) return failed;
  const good = findings.filter((finding) => finding.kind === 'holds');
  if (good.length > 0) return holds(good.flatMap(({ found = [] }) => found).join(', '));
  return findings[0] ?? unknown('there is nothing to look at');
};

/** `3 rows`, `1 row`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
