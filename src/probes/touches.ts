import type { StreamDefinition } from '../streams/define-stream.ts';

type Touches = (stream: StreamDefinition) => boolean;

/** The paths that a stream is read from. */
export const pathsOf = ({ requests }: StreamDefinition): readonly string[] =>
  requests.flatMap(({ to }) => to.split(' ')[1] ?? []);

export const readFrom =
  (path: string): Touches =>
  (stream) =>
    pathsOf(stream).includes(path);

export const bySearching: Touches = readFrom('/data/search/');

/** Their objects are found by a search that is late, and by its dates. */
export const fromIndex: Touches = ({ fromIndex: is }) => is === true;

/** The events themselves, and streams whose late changes they name. */
export const throughEvents: Touches = ({ showsChanges, lateChanges }) =>
  showsChanges === true || lateChanges !== undefined;

/** Streams of which late changes are fetched by id from a list. */
export const byIdsFrom =
  (list: string): Touches =>
  ({ objectType, lateChanges }) =>
    lateChanges?.(objectType ?? '').list === list;

/** Every stream is read through it. */
export const all: Touches = () => true;
/** No stream rests on it. */
export const none: Touches = () => false;
