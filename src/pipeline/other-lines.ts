import type { Log } from '../terminal/log.ts';

const SHOWN = 200;
/** A secret that begins in what is shown is in this as a whole. */
const LOOKED_AT = 4000;
/** Lines that are shown at all. */
const MOST_LINES = 100;

export interface OtherLines {
  add(line: string): void;
  /** Says how much there was, if more than was shown. */
  sum(): void;
}

/**
 * What a target prints that is no state. The first line is shown, for it may tell what is wrong; at debug level a few
 * more are, but not each of a million.
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
