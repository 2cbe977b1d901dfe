import { isHidden } from '../singer/bookmark.ts';
import type { State } from '../singer/state.ts';
import { renderTable } from '../terminal/columns.ts';
import type { Redact } from '../terminal/redact.ts';
import { DAY, fromMillis, HOUR, type Instant, MINUTE, SECOND } from '../time/instant.ts';
import { parseInstant } from '../time/rfc3339.ts';

export interface ShownBookmark {
  readonly stream: string;
  /** Key and bookmark are null when a stream was interrupted before it had a bookmark. */
  readonly key: string | null;
  readonly bookmark: string | null;
  /** Null when the bookmark is not a date. */
  readonly age_seconds: number | null;
  /** The last run was stopped in this stream. The next run continues from there. */
  readonly interrupted: boolean;
}

export interface ShownState {
  readonly bookmarks: readonly ShownBookmark[];
  readonly currently_syncing: string | null;
}

/** What a state says, with one row for each bookmark. */
export const describeState = (state: State, now: Instant): ShownState => ({
  bookmarks: [...state.streams].sort().flatMap((stream): ShownBookmark[] => {
    const bookmark = state.bookmark(stream);
    const isCutOff = bookmark.resume !== undefined || bookmark.refill !== undefined;
    const interrupted = state.currentlySyncing === stream || isCutOff;
    const keys = Object.keys(bookmark).filter((key) => !isHidden(key));
    if (keys.length === 0 && interrupted) {
      return [{ stream, key: null, bookmark: null, age_seconds: null, interrupted }];
    }
    return keys.map((key) => {
      const value = bookmark[key];
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const at = parseInstant(text);
      const age = at === null ? null : Math.round((now - at) / SECOND);
      return { stream, key, bookmark: text, age_seconds: age, interrupted };
    });
  }),
  currently_syncing: state.currentlySyncing,
});

const UNITS: readonly (readonly [Instant, string])[] = [
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
];

/** An age such as `3 h`, in the largest unit in which it is at least 2. More detail is not useful. */
const ageText = (seconds: number | null): string => {
  if (seconds === null) return '';
  if (seconds < 0) return 'in the future';
  const unit = UNITS.find(([length]) => seconds * SECOND >= 2 * length);
  return unit === undefined ? `${seconds} s` : `${Math.floor((seconds * SECOND) / unit[0])} ${unit[1]}`;
};

/** `3 h ago`. A clock may say that it was later than now. */
export const agoText = (at: Instant, now: Instant): string =>
  `${ageText(Math.max(0, Math.round((now - at) / SECOND)))} ago`;

const AGE = [
  'AGE is how old a bookmark is. One that comes from a record, such as date_updated, grows old while nothing',
  'changes in Close.',
];

/** The state as a table. @param copies the older states beside it */
export const stateTable = (
  file: string,
  storedAt: Date,
  { bookmarks }: ShownState,
  copies: readonly string[],
  now: Instant,
  redact: Redact,
): string => {
  const rows = bookmarks.map(({ stream, key, bookmark, age_seconds: age, interrupted }) => [
    stream,
    key ?? '',
    bookmark ?? 'none yet',
    ageText(age),
    interrupted ? 'interrupted; goes on where it was' : '',
  ]);
  const table = [['STREAM', 'KEY', 'BOOKMARK', 'AGE', ''], ...rows];
  const newest = copies.at(-1);
  return [
    `${file}, stored ${storedAt.toISOString()} (${agoText(fromMillis(storedAt.getTime()), now)})`,
    '',
    ...(rows.length === 0
      ? ['no bookmarks: everything is read from start_date']
      : renderTable(table, redact)),
    '',
    ...(rows.length === 0 ? [] : [...AGE, '']),
    newest === undefined ? 'no older states' : `older states: ${copies.length}, the newest ${newest}`,
  ].join('\n');
};
