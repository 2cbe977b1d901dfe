import type { Command as Program } from 'commander';

/** The options that Meltano puts before any command: `tap-closeio --config FILE check`. */
const FILES = ['config', 'state', 'catalog', 'properties'];

/**
 * Gives the files that are named before a command to that command, which may name more after it. A command that does not
 * need a file ignores it.
 */
export const handOn = (program: Program, command: Program): void => {
  for (const option of program.options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli') continue;
    if (!FILES.includes(name)) program.error(`'${option.long}' cannot be used with a command`);
    for (const below of [command, ...command.commands]) give(below, name, program.getOptionValue(name));
  }
};

const give = (command: Program, name: string, value: unknown): void => {
  const has = (option: string) => command.options.some((one) => one.attributeName() === option);
  if (has(name)) command.setOptionValue(name, value);
  else if (name === 'properties' && has('catalog') && command.getOptionValue('catalog') === undefined)
    command.setOptionValue('catalog', value);
};
