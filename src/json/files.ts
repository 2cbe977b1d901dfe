import { UsageError } from '../errors.ts';
import { DEEPEST, isTooDeep } from './depth.ts';
import { jsonMistakeIn } from './mistake-kind.ts';
import { type FileText, readText } from './read-text.ts';

/**
 * Reads a JSON file that an option names.
 * @param what "config", "catalog", for messages
 * @throws UsageError with one line that says what is wrong with the file
 */
export const readJsonFile = async (path: string, what: string, signal?: AbortSignal): Promise<unknown> =>
  parseJsonText(await readText(path, what, signal), path, what);

/** Parses the text of a file; the same errors. @param file null when there is no such file */
export const parseJsonText = (file: FileText | null, path: string, what: string): unknown => {
  if (file === null) throw new UsageError([`${path}: there is no such ${what} file`]);
  const { text } = file;
  if (text.trim() === '') throw new UsageError([`${path}: the ${what} file is empty`]);
  const json = jsonIn(text);
  if (json === undefined) throw new UsageError([`${path}:${mistakeIn(text)}`]);
  if (isTooDeep(text)) throw new UsageError([tooDeep(path, what)]);
  return json;
};

/** The message for a file that is nested too deep. */
export const tooDeep = (path: string, what: string): string =>
  `${path}: is nested more than ${DEEPEST} levels deep; no ${what} is`;

/** The parsed text; undefined when it is not JSON. */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Why a text is not JSON, with line and column: `3:14: is not valid JSON: …`. */
export const mistakeIn = (text: string): string => {
  const { at, what } = jsonMistakeIn(text);
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: is not valid JSON: ${what}`;
};
