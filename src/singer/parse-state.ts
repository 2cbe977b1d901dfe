import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { describeIssues } from '../json/problems.ts';
import { parseInstant } from '../time/rfc3339.ts';
import { type Bookmark, isPassing, type KnownBookmark } from './bookmark.ts';

/** The Python tap leaves this key in every bookmark of a stream that it reads in pages. Our tap never does. */
const PYTHON_MARK = 'offset';

interface ParsedState {
  readonly bookmarks: Map<string, Bookmark>;
  readonly currentlySyncing: string | null;
  /** Top-level keys of other tools. They are passed on. */
  readonly others: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

const object = z.record(z.string(), z.unknown());

const stateSchema = z.looseObject({
  bookmarks: z.record(z.string(), object.nullish()).nullish(),
  currently_syncing: z.string().nullish(),
});

/** Checks the content of a state file. Empty content is a fresh start. Content that is not a state is an error. */
export const parseState = (json: unknown, file: string, known: readonly KnownBookmark[]): ParsedState => {
  const { value, path } = unwrap(json, file);
  const result = stateSchema.safeParse(value ?? {});
  if (!result.success) {
    throw new UsageError(
      describeIssues(
        result.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
        file,
      ),
    );
  }
  const { bookmarks, currently_syncing: currentlySyncing, ...others } = result.data;
  if (bookmarks === undefined && currentlySyncing === undefined && Object.keys(others).length > 0) {
    throw new UsageError([
      `${file}: has no "bookmarks", so it is not a state of this tap; leave --state out to begin at start_date`,
    ]);
  }
  const problems: string[] = [];
  const warnings: string[] =
    value === null || bookmarks === null
      ? [`${file}: holds null and no bookmarks, so this run begins at start_date`]
      : [];
  const parsed = new Map<string, Bookmark>();
  for (const [stream, values] of Object.entries(bookmarks ?? {})) {
    const dates = known.filter((bookmark) => bookmark.stream === stream);
    const kept = Object.entries(values ?? {}).filter(
      // The mark is a page number. Rows have moved since it was written, so using it would skip some.
      ([key, item]) => !(dates.length > 0 && key === PYTHON_MARK) && item !== undefined,
    );
    parsed.set(stream, Object.fromEntries(kept));
    warnings.push(...pythonWarnings(stream, values ?? {}, dates, file));
    const isOurs = kept.every(([key]) => isPassing(key));
    if (!isOurs && dates.length > 0 && !dates.some(({ key }) => values?.[key])) {
      const wanted = dates.map(({ key }) => key).join(' or ');
      warnings.push(
        `${file}: bookmarks.${stream} has no ${wanted}, so ${stream} is read from the start date`,
      );
    }
    for (const { key } of dates) {
      if (isDateOrNone(values?.[key])) continue;
      const where = [...path, 'bookmarks', stream, key].join('.');
      problems.push(`${file}: ${where}: must be a date such as 2026-01-01T00:00:00Z`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems);
  return { bookmarks: parsed, currentlySyncing: currentlySyncing ?? null, others, warnings };
};

/** What the Python tap never read of a stream, and this tap does not read now. Its mark is not kept, so it is said once. */
const pythonWarnings = (
  stream: string,
  values: Bookmark,
  dates: readonly KnownBookmark[],
  file: string,
): string[] =>
  dates.flatMap(({ key, unreadByPythonTap: unread }) =>
    unread === undefined || values[key] === undefined || !Object.hasOwn(values, PYTHON_MARK)
      ? []
      : [
          `${file}: was written by the Python tap, which never read ${unread}; those from before ` +
            `${String(values[key])} are not read now either. To get them, read ${stream} from start_date again: ` +
            `tap-closeio state reset --state ${file} ${stream}; or start without a state`,
        ],
  );

const isDateOrNone = (item: unknown): boolean =>
  item === undefined || item === null || (typeof item === 'string' && parseInstant(item) !== null);

const wrapper = z.union([z.looseObject({ type: z.string() }), z.looseObject({ singer_state: z.unknown() })]);

/** Takes the state out of a STATE message and of Meltano's `singer_state`. */
const unwrap = (
  json: unknown,
  file: string,
  path: readonly string[] = [],
): { value: unknown; path: readonly string[] } => {
  const wrapped = wrapper.safeParse(json);
  if (!wrapped.success) return { value: json, path };
  const { type, value, singer_state: inner } = wrapped.data;
  if (type === undefined) return unwrap(inner, file, [...path, 'singer_state']);
  if (type !== 'STATE') throw new UsageError([`${file}: is a ${String(type)} message, not a state`]);
  if (value === undefined) throw new UsageError([`${file}: is a STATE message without a value`]);
  return unwrap(value, file, [...path, 'value']);
};
