import { exitCodeOf, messageOf, ReaderGoneError, StoppedError, UsageError } from '../errors.ts';
import type { Log } from '../terminal/log.ts';

/** Logs what ended a command. @returns the exit code */
export const reportError = (error: unknown, log: Log): number => {
  if (error instanceof StoppedError) log.info(error.message);
  else if (error instanceof UsageError) for (const problem of error.problems) log.critical(problem);
  // If the reader of the output has ended, that is not worth a message.
  else if (!(error instanceof ReaderGoneError)) {
    log.critical(messageOf(error));
    // An error of this kind is a defect. A report of it needs the stack.
    if (error instanceof Error && error.stack) log.debug(error.stack);
  }
  return exitCodeOf(error);
};
