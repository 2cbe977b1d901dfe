import type { Command as Program } from 'commander';

/** Adds the command `help`. It prints the help of the program, or of a command such as `state show`. */
export const addHelp = (program: Program): void => {
  program
    .command('help')
    .description('print the help of a command')
    .argument('[command...]')
    .action((words: readonly string[], _flags: object, help: Program) => {
      let found = program;
      for (const word of words) {
        const below = found.commands.find((command) => command.name() === word);
        if (!below) help.error(`unknown command '${word}'`);
        found = below;
      }
      found.help();
    });
};
