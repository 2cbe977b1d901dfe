import { UsageError } from '../errors.ts';
import { isTooDeep } from '../json/depth.ts';
import { mistakeIn, parseJson, tooDeep } from '../json/files.ts';
import { readText } from '../json/read-text.ts';
import { holdsBookmarks } from '../singer/state-shape.ts';

/** A state file, read. */
export interface ReadState {
  readonly json: unknown;
  readonly warnings: readonly string[];
  /** Whether there is anything in it. */
  readonly found: boolean;
}

/**
 * Reads a state file as cron jobs leave it behind. A first run finds none; a target that appends to it leaves many
 * lines, of which the last counts that is a state. A file in which none is a state is an error: to take it for empty
 * would be to read everything again, unasked.
 */
export const readStateFile = async (path: string, signal?: AbortSignal): Promise<ReadState> => {
  const text = (await readText(path, 'state', signal))?.text;
  if (text === undefined) return afresh(path, 'there is no such state file');
  if (text.trim() === '') return afresh(path, 'the state file is empty');
  const whole = parseJson(text);
  // What `jq .missing` leaves behind.
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
  // Indented lines are pieces of one object that is cut off, however valid such a piece may be by itself.
  const objects = lines.map((line) =>
    line.startsWith('{') && !isTooDeep(line) ? parseJson(line) : undefined,
  );
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
