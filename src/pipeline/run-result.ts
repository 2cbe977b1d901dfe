import { EXIT_INCOMPLETE, EXIT_OK } from '../errors.ts';
import { codeOfSignal, type Exit } from './child.ts';
import type { PipelineOutcome } from './pipeline.ts';

/** How a process ended, in words. */
const ending = ({ code, signal }: Exit): string =>
  signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;

export interface RunResult {
  readonly code: number;
  readonly problems: readonly string[];
}

/**
 * What a run comes to. A signal to the run says it all; else the side counts that failed of itself; a state that could
 * not be stored makes a failure of a run that was well otherwise.
 */
export const resultOf = (
  outcome: PipelineOutcome,
  stoppedBy: NodeJS.Signals | null,
  state: { readonly failed: boolean },
): RunResult => {
  const { tap, target, culprit } = outcome;
  const problems: string[] = [];
  // A tap that is ended for the sake of the target, or because somebody wants so, is cut off wherever it is.
  if (outcome.cut && culprit !== 'target' && stoppedBy === null)
    problems.push('the tap ended inside a line, which was not handed on');
  if (stoppedBy !== null) return { code: codeOfSignal(stoppedBy), problems };
  if (culprit === 'tap') {
    problems.push(`the tap ${ending(tap)}; what the target confirmed counts, the next run reads the rest`);
    return { code: tap.code, problems };
  }
  if (culprit === 'target') {
    const early = target.code === 0 ? 'stopped reading before the tap was done' : ending(target);
    problems.push(`the target ${early}; what it did not confirm is read again by the next run`);
    return { code: outcome.hung || target.code === 0 ? EXIT_INCOMPLETE : target.code, problems };
  }
  return { code: state.failed || outcome.cut ? EXIT_INCOMPLETE : EXIT_OK, problems };
};
