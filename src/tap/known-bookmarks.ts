import type { KnownBookmark } from '../singer/bookmark.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';

/** The bookmark of each stream that has one. */
export const knownBookmarks = (definitions: readonly StreamDefinition[]): readonly KnownBookmark[] =>
  definitions.flatMap(({ name, replication, margin, unreadByPythonTap: unread }) => {
    if (replication.method !== 'INCREMENTAL') return [];
    return [
      {
        stream: name,
        key: replication.key,
        ...(margin === undefined ? {} : { followsClock: true as const }),
        ...(unread === undefined ? {} : { unreadByPythonTap: unread }),
      },
    ];
  });
