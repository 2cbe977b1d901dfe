import { UsageError } from '../errors.ts';
import { DEEPEST, isTooDeep } from './depth.ts';
import { jsonMistakeIn } from './mistake-kind.ts';
import { type FileText, readText } from './read-text.ts';

/** Reads a JSON file that a flag named; one line says what is wrong with it. @param what "config", "catalog" */
export const readJsonFile = async (path: string, what: string, signal?: AbortSignal): Promise<unknown> =>
  parseJsonText(await readText(path, what, signal), path, what);

/** The JSON in the text of a file. @param file null when there is none */
export const parseJsonText = (file: FileText | null, path: string, what: string): unknown => {
  if (file === null) throw new UsageError([`${path}: there is no such ${what} file`]);
  const { text } = file;
  if (text.trim() === '') throw new UsageError([`${path}: the ${what} file is empty`]);
  const json = parseJson(text);
  if (json === undefined) throw new UsageError([`${path}:${mistakeIn(text)}`]);
  if (isTooDeep(text)) throw new UsageError([tooDeep(path, what)]);
  return json;
};

/** What is wrong with a file that is nested too deep. */
export const tooDeep = (path: string, what: string): string =>
  `${path}: is nested more than ${DEEPEST} levels deep; no ${what} is`;

/** Undefined when it is not JSON; nothing else parses to that. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What keeps a text from being JSON, behind the name of its file: `3:14: is not valid JSON: …`, line and column. */
export const mistakeIn = (text: string): string => {
  const { at, what } = jsonMistakeIn(text);
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: is not valid JSON: ${what}`;
};
