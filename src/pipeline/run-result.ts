import { EXIT_INCOMPLETE, EXIT_OK } from '../errors.ts';
import { codeOfSignal, type Exit } from './child.ts';
import type { PipelineOutcome } from './pipeline.ts';

/** How a process ended, as text. */
const ending = ({ code, signal }: Exit): string =>
  signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;

export interface RunResult {
  readonly code: number;
  /** Why it ended in this way, in a few words. */
  readonly reason: string;
  readonly problems: readonly string[];
}

/**
 * The result of a run. A signal to the run decides it. Without a signal, the side that failed first decides it. If
 * neither failed but a state could not be stored, the run fails.
 */
export const resultOf = (
  outcome: PipelineOutcome,
  stoppedBy: NodeJS.Signals | null,
  state: { readonly failed: boolean; readonly refused: boolean },
): RunResult => {
  const { tap, target, culprit, report } = outcome;
  const problems: string[] = [];
  // A tap that was ended because of the target or a signal may be cut off inside a line.
  if (outcome.cut && culprit !== 'target' && stoppedBy === null)
    problems.push('the tap ended inside a line; the line was not passed to the target');
  if (stoppedBy !== null)
    return { code: codeOfSignal(stoppedBy), reason: `stopped by ${stoppedBy}`, problems };
  if (culprit === 'tap') {
    problems.push(`the tap ${ending(tap)}; what the target confirmed is kept; the next run reads the rest`);
    // The reason says more than the exit code.
    const reason = (tap.signal === null && report?.exit.reason) || `the tap ${ending(tap)}`;
    return { code: tap.code, reason, problems };
  }
  if (culprit === 'target') {
    const early = target.code === 0 ? 'stopped reading before the tap was done' : ending(target);
    problems.push(`the target ${early}; what it did not confirm is read again by the next run`);
    const code = outcome.hung || target.code === 0 ? EXIT_INCOMPLETE : target.code;
    return { code, reason: `the target ${outcome.hung ? 'hung' : early}`, problems };
  }
  if (state.refused)
    return { code: EXIT_INCOMPLETE, reason: 'the state would have gone backwards', problems };
  if (state.failed) return { code: EXIT_INCOMPLETE, reason: 'the state could not be stored', problems };
  if (outcome.cut) return { code: EXIT_INCOMPLETE, reason: 'the tap ended inside a line', problems };
  return { code: EXIT_OK, reason: 'done', problems };
};
