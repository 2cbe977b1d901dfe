import { UsageError } from '../errors.ts';
import { isTooDeep } from '../json/depth.ts';
import { jsonIn, mistakeIn, tooDeep } from '../json/files.ts';
import { readText } from '../json/read-text.ts';
import { holdsBookmarks } from '../singer/state-shape.ts';

/** What was read from a state file. */
export interface ReadState {
  readonly json: unknown;
  readonly warnings: readonly string[];
  /** Whether the file exists and holds something. */
  readonly found: boolean;
}

/**
 * Reads a state file as cron jobs leave it behind. On a first run there is no file. A target that appends to the file
 * leaves many lines; the last line that is a state counts. A file without any state is an error. If it counted as
 * empty, the run would read everything again although the user did not ask for that.
 */
export const readStateFile = async (path: string, signal?: AbortSignal): Promise<ReadState> => {
  const text = (await readText(path, 'state', signal))?.text;
  if (text === undefined) return afresh(path, 'there is no such state file');
  if (text.trim() === '') return afresh(path, 'the state file is empty');
  const whole = jsonIn(text);
  // `jq .missing` writes this.
  if (whole === null) return afresh(path, 'the state file holds null');
  if (whole !== undefined && isTooDeep(text)) throw new UsageError([tooDeep(path, 'state')]);
  if (whole !== undefined) return { json: whole, warnings: [], found: true };
  return lastState(path, text);
};

const afresh = (path: string, what: string): ReadState => ({
  json: {},
  warnings: [`${path}: ${what}, so this run begins at start_date`],
  found: false,
});

const lastState = (path: string, text: string): ReadState => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // Indented lines are parts of one object that is cut off. Such a part may be valid JSON, but it is not a state.
  const objects = lines.map((line) => (line.startsWith('{') && !isTooDeep(line) ? jsonIn(line) : undefined));
  const last = objects.findLastIndex(holdsBookmarks);
  if (last < 0) {
    const wrong = objects.some((object) => object !== undefined)
      ? `${path}: none of its lines is a state`
      : `${path}:${mistakeIn(text)}`;
    throw new UsageError([`${wrong}; restore an older state, or remove the file to begin at start_date`]);
  }
  const after = lines.length - 1 - last;
  const before = objects.slice(0, last).filter((object) => !holdsBookmarks(object)).length;
  return {
    json: objects[last],
    warnings: [
      ...(after === 0
        ? []
        : [`${path}: the last ${counted(after)} cut off or no state; the state before is used`]),
      ...(before === 0
        ? []
        : [`${path}: ${before === 1 ? '1 ' : ''}${counted(before)} no state, and ignored`]),
    ],
    found: true,
  };
};

const counted = (lines: number): string => (lines === 1 ? 'line is' : `${lines} lines are`);
