import { exitCodeOf, messageOf, ReaderGoneError, StoppedError, UsageError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';

/** Says what ended a command. @returns the exit code */
export const reportError = (error: unknown, log: Log): number => {
  if (error instanceof StoppedError) log.info(error.message);
  else if (error instanceof UsageError) for (const problem of error.problems) log.critical(problem);
  // Nobody is left to tell anything to a reader that has seen enough.
  else if (!(error instanceof ReaderGoneError)) {
    log.critical(messageOf(error));
    // Nobody foresaw it: the stack is what a report needs.
    if (error instanceof Error && error.stack) log.debug(error.stack);
  }
  return exitCodeOf(error);
};
