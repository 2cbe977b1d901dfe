import { readFile } from 'node:fs/promises';
import { UsageError } from './errors.ts';
import { jsonMistakeAt } from './json-mistake.ts';

/** Reads a JSON file that a flag named; one line says what is wrong with it. @param what "config", "catalog" */
export const readJsonFile = async (path: string, what: string): Promise<unknown> => {
  const text = await readText(path, what);
  if (text === null) throw new UsageError([`${path}: there is no such ${what} file`]);
  if (text.trim() === '') throw new UsageError([`${path}: the ${what} file is empty`]);
  const json = parse(text);
  if (json === undefined) throw new UsageError([`${path}:${mistakeIn(text)}: is not valid JSON`]);
  return json;
};

/**
 * Reads a state file as cron jobs leave it behind. A first run finds none; a target that appends to it leaves many
 * lines, of which the last whole one counts. A file in which nothing is valid is an error: to take it for empty
 * would be to read everything again, unasked.
 */
export const readStateFile = async (
  path: string,
): Promise<{ readonly json: unknown; readonly warnings: readonly string[] }> => {
  const text = await readText(path, 'state');
  if (text === null || text.trim() === '') {
    const what = text === null ? 'there is no such state file' : 'the state file is empty';
    return { json: {}, warnings: [`${path}: ${what}, so this run starts afresh, at start_date`] };
  }
  const whole = parse(text);
  if (whole !== undefined) return { json: whole, warnings: [] };

  const lines = text.split('\n').filter((line) => line.trim() !== '');
  // Indented lines are pieces of one object that is cut off, however valid such a piece may be by itself.
  const last = lines.findLastIndex((line) => line.startsWith('{') && parse(line) !== undefined);
  if (last < 0) {
    throw new UsageError([
      `${path}:${mistakeIn(text)}: is not valid JSON; restore an older state, or remove the file to start afresh`,
    ]);
  }
  const skipped = lines.length - 1 - last;
  return {
    json: parse(lines[last] ?? ''),
    warnings:
      skipped === 0
        ? []
        : [`${path}: the last ${counted(skipped)} cut off or no JSON; the state before is used`],
  };
};

const counted = (lines: number): string => (lines === 1 ? 'line is' : `${lines} lines are`);

/** Undefined when it is not JSON; nothing else parses to that. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `3:14`, line and column. */
const mistakeIn = (text: string): string => {
  const before = text.slice(0, jsonMistakeAt(text)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
};

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'is a directory, not a file',
  EACCES: 'may not be read (permission denied)',
  EPERM: 'may not be read (permission denied)',
};

/** Null when there is no file. */
const readText = async (path: string, what: string): Promise<string | null> => {
  try {
    const text = await readFile(path, 'utf8');
    // Editors on Windows put a byte order mark in front.
    return text.replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') return null;
    throw new UsageError([`${path}: ${REASONS[code] ?? `cannot be read as ${what} (${code})`}`]);
  }
};
