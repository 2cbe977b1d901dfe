import { didYouMean } from '../did-you-mean.ts';
import { UsageError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { streams } from '../streams/index.ts';

/** The stream with the name that the user gave. @throws UsageError that suggests a name if there is no such stream */
export const namedStream = (name: string): StreamDefinition => {
  const names = streams.map((definition) => definition.name);
  const found = streams[names.indexOf(name)];
  if (found) return found;
  const meant = didYouMean(name, names);
  const hint = meant === null ? 'tap-closeio streams lists them' : `did you mean ${meant}?`;
  throw new UsageError([`${name}: no such stream; ${hint}`]);
};
