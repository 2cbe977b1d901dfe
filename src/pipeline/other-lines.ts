import type { Log } from '../terminal/log.ts';

const SHOWN = 200;
/** How many characters are redacted: more than are shown, so that a secret that begins in them is complete. */
const LOOKED_AT = 4000;
/** The most lines that are shown. */
const MOST_LINES = 100;

export interface OtherLines {
  add(line: string): void;
  /** Logs how many lines there were, if not all were shown. */
  sum(): void;
}

/**
 * Logs lines of a target that are not states. The first line is shown, since it may say what is wrong. At debug level a
 * few more are shown.
 */
export const createOtherLines = (log: Log, redact: (text: string) => string): OtherLines => {
  let lines = 0;
  return {
    add: (line) => {
      if (line.trim() === '') return;
      lines += 1;
      if (lines > MOST_LINES) return;
      const clean = redact(line.slice(0, LOOKED_AT));
      const shown = line.length > SHOWN ? `${clean.slice(0, SHOWN)}...` : clean;
      if (lines === 1) log.warning(`ignored a line of the target that is not a state: ${shown}`);
      else log.debug(`the target printed: ${shown}`);
    },
    sum: () => {
      if (lines > 1) log.warning(`ignored ${lines} lines of the target that are not states`);
    },
  };
};
