import { SEARCH } from '../close/search.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

type Concerns = (stream: StreamDefinition) => boolean;

/** The paths that a stream is read from. */
export const pathsOf = ({ requests }: StreamDefinition): readonly string[] =>
  requests.flatMap(({ to }) => to.split(' ')[1] ?? []);

export const readFrom =
  (path: string): Concerns =>
  (stream) =>
    pathsOf(stream).includes(path);

export const bySearching: Concerns = readFrom(SEARCH.path);

/** Streams whose objects are found by a search. The search has an index of its own, which can be late. */
export const fromIndex: Concerns = ({ fromIndex: is }) => is === true;

/** The stream of events, and the streams whose late changes the events name. */
export const throughEvents: Concerns = ({ showsChanges, lateChanges }) =>
  showsChanges === true || lateChanges !== undefined;

/** Streams whose late changes are fetched by id from this list. */
export const byIdsFrom =
  (list: string): Concerns =>
  ({ objectType, lateChanges }) =>
    lateChanges?.(objectType ?? '').list === list;

/** Every stream depends on the assumption. */
export const all: Concerns = () => true;
