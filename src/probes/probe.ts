import type { StreamDefinition } from '../streams/define-stream.ts';
import type { Scope } from './scope.ts';

/** The result of trying an assumption. No text in it has an id, a name or a value of the account. */
export type Finding =
  | { readonly kind: 'holds'; readonly found?: string }
  /** The assumption is false. `streams` is there if that concerns fewer streams than `Probe.concerns` says. */
  | { readonly kind: 'fails'; readonly found: string; readonly streams?: readonly string[] }
  /** The account has too little to tell, or does not show it to this key. */
  | { readonly kind: 'unknown'; readonly why: string };

/** One assumption about Close, and how to find out whether it is true. */
export interface Probe {
  readonly name: string;
  /** The assumption, as a sentence without its full stop. */
  readonly assumes: string;
  /** What happens if the assumption is false, in sentences. */
  readonly ifFalse: string;
  /** The file below `src/` that makes sure that nothing is lost if the assumption is false. */
  readonly handledBy?: string;
  /** Whether the stream depends on the assumption. */
  readonly concerns: (stream: StreamDefinition) => boolean;
  /**
   * Set if the probe compares several answers, since the account may change between them. If such a probe fails, it is
   * tried once more with new answers. Without it, one answer is proof.
   */
  readonly looksAgain?: true;
  readonly look: (scope: Scope) => Promise<Finding>;
}

export const holds = (found?: string): Finding =>
  found === undefined ? { kind: 'holds' } : { kind: 'holds', found };
export const fails = (found: string, streams?: readonly string[]): Finding =>
  streams === undefined ? { kind: 'fails', found } : { kind: 'fails', found, streams };
export const unknown = (why: string): Finding => ({ kind: 'unknown', why });

/** One finding from several. It fails if one of them fails; otherwise it holds if one of them holds. */
export const combine = (findings: readonly Finding[]): Finding => {
  const failed = findings.find(({ kind }) => kind === 'fails');
  if (failed) return failed;
  const good = findings.filter((finding) => finding.kind === 'holds');
  if (good.length > 0) return holds(good.flatMap(({ found = [] }) => found).join(', '));
  return findings[0] ?? unknown('there is nothing to look at');
};
