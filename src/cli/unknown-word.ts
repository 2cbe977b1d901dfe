import { didYouMean } from '../did-you-mean.ts';

/** Words that people take for commands, and what to do instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  sync: 'a sync needs no command: tap-closeio --config config.json',
  discover: 'it is an option: tap-closeio --config config.json --discover',
  test: 'it is an option: tap-closeio --config config.json --test',
  about: 'it is an option: tap-closeio --about',
  version: 'it is an option: tap-closeio --version',
};

/** The message for a word that is neither a command nor the value of an option. @param commands all commands */
export const explainWord = (word: string, commands: readonly string[]): string => {
  if (word.endsWith('.json'))
    return `unknown argument '${word}': write the option before it, such as --config ${word}`;
  const meant = didYouMean(word, [...commands, ...Object.keys(INSTEAD)]);
  if (meant === null) return `unknown argument '${word}'`;
  const instead = INSTEAD[meant];
  return `unknown command '${word}'${instead === undefined ? ` (Did you mean ${meant}?)` : `: ${instead}`}`;
};
