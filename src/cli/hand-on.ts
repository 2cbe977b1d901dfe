import type { Command as Program } from 'commander';

/** The options that Meltano puts before whatever it is told to invoke: `tap-closeio --config FILE check`. */
const FILES = ['config', 'state', 'catalog', 'properties'];

/**
 * Passes the files that are named before a command on to that command, which may name more. A command that needs no
 * file ignores it.
 */
export const handOn = (program: Program, command: Program): void => {
  for (const option of program.options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli') continue;
    if (!FILES.includes(name)) program.error(`'${option.long}' cannot stand before a command`);
    for (const below of [command, ...command.commands]) give(below, name, program.getOptionValue(name));
  }
};

const give = (command: Program, name: string, value: unknown): void => {
  const has = (option: string) => command.options.some((one) => one.attributeName() === option);
  if (has(name)) command.setOptionValue(name, value);
  else if (name === 'properties' && has('catalog') && command.getOptionValue('catalog') === undefined)
    command.setOptionValue('catalog', value);
};
