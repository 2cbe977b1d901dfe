import type { Log } from '../log.ts';

const SHOWN = 200;

export interface Noise {
  add(line: string): void;
  /** Says how much there was, if more than was shown. */
  sum(): void;
}

/** What a target prints that is no state: shown once, for it may tell what is wrong, and not for each of a million. */
export const createNoise = (log: Log): Noise => {
  let lines = 0;
  return {
    add: (line) => {
      if (line.trim() === '') return;
      lines += 1;
      const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
      if (lines === 1)
        log.warning(`the target printed a line that is no state, which is passed over: ${shown}`);
      else log.debug(`the target printed: ${shown}`);
    },
    sum: () => {
      if (lines > 1) log.warning(`the target printed ${lines} lines that are no states`);
    },
  };
};
