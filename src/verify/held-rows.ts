import { UsageError } from '../errors.ts';
import { parseJson } from '../json/files.ts';
import { csvFields, delimiterOf, hasPairsOfQuotes } from './csv.ts';
import { type Line, MOST_CHARACTERS, textLines } from './text-lines.ts';

/** A row of what a warehouse holds: its id, and the texts in the columns asked for; null where one is empty. */
export interface HeldRow {
  readonly id: string;
  readonly values: Readonly<Record<string, string | null>>;
  readonly at: number;
}

/** Turns lines into rows. */
interface RowReader {
  /** @returns null where the line is none, or does not end one */
  read(line: Line): HeldRow | null;
  /** After the last line. @throws UsageError when a row lacks its end */
  end(): void;
}

/** What the clients of warehouses write for no value. */
const EMPTY = new Set(['', 'null', '\\n', 'none', 'nan', 'nat', '<na>']);

const filled = (text: string): string | null => {
  const trimmed = text.trim();
  return EMPTY.has(trimmed.toLowerCase()) ? null : trimmed;
};

/** Neither a line of a drawn table, nor a sentence, nor a piece of JSON. */
const isId = (text: string): boolean => /^[^\s,;|"'{}[\]]{1,300}$/.test(text) && /[\p{L}\p{N}]/u.test(text);

const MOST_SHOWN = 60;
const quoted = (text: string): string =>
  JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

const HOW =
  'write one id a line, or CSV or JSON lines with a column id (psql --csv, duckdb -csv, bq query --format=csv)';

const idOf = (text: string | null, name: string, at: number): string => {
  if (text === null) throw new UsageError([`${name}:${at}: the row has no id`]);
  if (!isId(text)) throw new UsageError([`${name}:${at}: ${quoted(text)} is no id; ${HOW}`]);
  return text;
};

const columnIn = (columns: readonly string[], column: string): number =>
  // Some warehouses write names in capitals.
  columns.findIndex((one) => one.trim().toLowerCase() === column);

const readIds = (name: string): RowReader => ({
  read: ({ text, at }) => {
    const id = filled(text);
    return id === null ? null : { id: idOf(id, name, at), values: {}, at };
  },
  end: () => {},
});

const readCsv = (
  columns: readonly string[],
  delimiter: string,
  name: string,
  wanted: readonly string[],
): RowReader => {
  const id = columnIn(columns, 'id');
  const places = wanted.map((column) => [column, columnIn(columns, column)] as const);
  const found = places.filter(([, place]) => place >= 0);
  /** The lines of a row in which a quoted field has line ends. */
  let open: string[] = [];
  let openAt = 0;
  let length = 0;
  const end = (): void => {
    if (open.length > 0) throw new UsageError([`${name}:${openAt}: a quote is opened here and never closed`]);
  };
  return {
    end,
    read: ({ text, at }) => {
      if (open.length === 0 && text.trim() === '') return null;
      const goesOn = hasPairsOfQuotes(text) === open.length > 0;
      const from = open.length > 0 ? openAt : at;
      open.push(text);
      openAt = from;
      length += text.length;
      if (goesOn) {
        if (length > MOST_CHARACTERS) end();
        return null;
      }
      const fields = csvFields(open.join('\n'), delimiter);
      open = [];
      length = 0;
      if (fields.length !== columns.length) {
        const counts = `the row has ${fields.length} fields, and the header ${columns.length}`;
        throw new UsageError([`${name}:${from}: ${counts}; ${HOW}`]);
      }
      return {
        id: idOf(filled(fields[id] ?? ''), name, from),
        values: Object.fromEntries(found.map(([column, place]) => [column, filled(fields[place] ?? '')])),
        at: from,
      };
    },
  };
};

const textOf = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? filled(value) : JSON.stringify(value);
};

const readJsonLines = (name: string, wanted: readonly string[]): RowReader => ({
  read: ({ text, at }) => {
    if (text.trim() === '') return null;
    const row = parseJson(text);
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new UsageError([`${name}:${at}: is no JSON object; write one row a line`]);
    }
    const values = new Map<string, unknown>();
    for (const [key, value] of Object.entries(row)) values.set(key.toLowerCase(), value);
    if (!values.has('id')) throw new UsageError([`${name}:${at}: has no id; ${HOW}`]);
    return {
      id: idOf(textOf(values.get('id')), name, at),
      values: Object.fromEntries(
        wanted.filter((column) => values.has(column)).map((column) => [column, textOf(values.get(column))]),
      ),
      at,
    };
  },
  end: () => {},
});

/** What the first line tells: JSON lines, ids alone, or a header, which is no row itself. */
const readerFor = (first: Line, name: string, wanted: readonly string[]): RowReader => {
  const text = first.text.trim();
  if (text.startsWith('{')) return readJsonLines(name, wanted);
  if (text.startsWith('[')) {
    throw new UsageError([`${name}: is a JSON list; write one row a line (duckdb -jsonlines), or CSV`]);
  }
  const delimiter = delimiterOf(text);
  const columns = csvFields(text, delimiter);
  if (columnIn(columns, 'id') >= 0) {
    const { read, end } = readCsv(columns, delimiter, name, wanted);
    return { read: (line) => (line.at === first.at ? null : read(line)), end };
  }
  if (columns.length === 1 && isId(text)) return readIds(name);
  const names = columns.slice(0, 5).map((column) => quoted(column.trim()));
  throw new UsageError([`${name}: has no column id, its first line has ${names.join(', ')}; ${HOW}`]);
};

/**
 * The rows of a file of ids: one id a line, CSV with a header, or JSON lines.
 * @param wanted the columns to read besides the id
 * @throws UsageError for a file that is none of these, or empty
 */
export async function* heldRows(
  chunks: AsyncIterable<Buffer>,
  name: string,
  wanted: readonly string[],
): AsyncGenerator<readonly HeldRow[]> {
  let reader: RowReader | null = null;
  for await (const lines of textLines(chunks, name)) {
    const rows: HeldRow[] = [];
    for (const line of lines) {
      if (reader === null && line.text.trim() === '') continue;
      reader ??= readerFor(line, name, wanted);
      const row = reader.read(line);
      if (row) rows.push(row);
    }
    if (rows.length > 0) yield rows;
  }
  if (reader === null) throw new UsageError([`${name}: is empty; ${HOW}`]);
  reader.end();
}
