import { EVENT_LOG } from '../close/event-log.ts';
import { changedAt, type Row } from '../close/row.ts';
import { SEARCH } from '../close/search.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { type Instant, MINUTE } from '../time/instant.ts';
import { START } from '../time/span.ts';
import type { OpenStream } from './open-stream.ts';
import type { Run } from './run.ts';

/** How late a change may become visible: in the search index, or else in the event log. */
export const latenessOf = ({ fromIndex }: StreamDefinition): number =>
  fromIndex ? SEARCH.lateness : EVENT_LOG.lateness;

/** From when on changes are followed. A first run follows changes during the run, and changes that an index may lack. */
export const sinceOf = (
  { definition, changesSince }: Pick<OpenStream, 'definition' | 'changesSince'>,
  started: Instant,
): Instant => changesSince ?? started - (definition.fromIndex ? SEARCH.lateness : 0);

/** The versions of the rows that a run has written. */
export interface Written {
  add(rows: readonly Row[]): void;
  /** The version that was written last of an object; START if none was. */
  of(id: string): Instant;
}

export const createWritten = (stream: OpenStream, run: Run): Written => {
  const versions = new Map<string, Instant>();
  const readsAll = stream.changesSince === null || run.state.isRefilling(stream.definition.name);
  return {
    add: (rows) => {
      const since = sinceOf(stream, run.startedAt()) - MINUTE;
      for (const row of rows) {
        const version = changedAt(row);
        // A target keeps the row that came last, even if it is older. A run that reads everything has too many rows to note
        // all of them.
        if (!readsAll || version >= since) versions.set(row.id, version);
        else versions.delete(row.id);
      }
    },
    of: (id) => versions.get(id) ?? START,
  };
};
