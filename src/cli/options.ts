import { InvalidArgumentError, Option, type Command as Program } from 'commander';

/** The flag that names the state file. */
export const STATE = '-s, --state <file>';

/** Reads the name of a file; a variable of a script that is not set comes as an empty one. */
export const fileName = (text: string): string => {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must name a file.');
};

/** Reads one more name of a file. */
export const fileNames = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  fileName(text),
];

/** Adds `--keep`. */
export const withKeep = (command: Program): Program =>
  command.addOption(
    new Option('--keep <number>', 'how many older states to keep beside it, 0 to 1000')
      .argParser(wholeNumber(1000))
      .default(14),
  );

export const allowBackwards = (): Option =>
  new Option('--allow-backwards', 'store a state that is older than the one in the file, or start afresh');

/** Reads a number of things, or of seconds. */
export const wholeNumber =
  (most: number) =>
  (text: string): number => {
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
  };
