import { UsageError } from '../errors.ts';
import { jsonIn } from '../json/files.ts';
import { isRecord } from '../json/is-record.ts';
import { csvFields, delimiterOf, hasPairsOfQuotes } from './csv.ts';
import { type Line, MOST_CHARACTERS, textLines } from './text-lines.ts';

/** A row from a warehouse: its id, and the text in each column that was asked for, or null if that is empty. */
export interface HeldRow {
  readonly id: string;
  readonly values: Readonly<Record<string, string | null>>;
  /** The number of the line on which the row begins. */
  readonly at: number;
}

/** Turns lines into rows. */
interface RowReader {
  /** @returns null if the line holds no row, or the row continues on the next line */
  read(line: Line): HeldRow | null;
  /** To be called after the last line. @throws UsageError if the last row is not complete */
  end(): void;
}

/** What warehouse clients write if there is no value. */
const EMPTY = new Set(['', 'null', '\\n', 'none', 'nan', 'nat', '<na>']);

const filled = (text: string): string | null => {
  const trimmed = text.trim();
  return EMPTY.has(trimmed.toLowerCase()) ? null : trimmed;
};

/** Whether the text can be an id, and is not a line of a drawn table, a sentence or a piece of JSON. */
const isId = (text: string): boolean => /^[^\s,;|"'{}[\]]{1,300}$/.test(text) && /[\p{L}\p{N}]/u.test(text);

const MOST_SHOWN = 60;
const quoted = (text: string): string =>
  JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);

const HOW =
  'write one id per line, or CSV or JSON lines with a column id (psql --csv, duckdb -csv, bq query --format=csv)';

const idOf = (text: string | null, name: string, at: number): string => {
  if (text === null) throw new UsageError([`${name}:${at}: the row has no id`]);
  if (!isId(text)) throw new UsageError([`${name}:${at}: ${quoted(text)} is not an id; ${HOW}`]);
  return text;
};

const columnIn = (columns: readonly string[], column: string): number =>
  // Some warehouses write column names in capitals.
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
  /** The lines so far of a row with line ends in a quoted field. */
  let open: string[] = [];
  let openAt = 0;
  let length = 0;
  const end = (): void => {
    if (open.length > 0)
      throw new UsageError([`${name}:${openAt}: a quoted field begins here and never ends`]);
  };
  return {
    end,
    read: ({ text, at }) => {
      if (open.length === 0 && text.trim() === '') return null;
      const continues = hasPairsOfQuotes(text) === open.length > 0;
      const from = open.length > 0 ? openAt : at;
      open.push(text);
      openAt = from;
      length += text.length;
      if (continues) {
        if (length > MOST_CHARACTERS) end();
        return null;
      }
      const fields = csvFields(open.join('\n'), delimiter);
      open = [];
      length = 0;
      if (fields.length !== columns.length) {
        const counts = `the row has ${fields.length} fields, but the header has ${columns.length}`;
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
    const row = jsonIn(text);
    if (!isRecord(row)) {
      throw new UsageError([`${name}:${at}: the line is not a JSON object; write one row per line`]);
    }
    const values = new Map<string, unknown>();
    for (const [key, value] of Object.entries(row)) values.set(key.toLowerCase(), value);
    if (!values.has('id')) throw new UsageError([`${name}:${at}: the row has no id; ${HOW}`]);
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

/** Chooses the reader by the first line: JSON lines, CSV with a header, or ids alone. */
const readerFor = (first: Line, name: string, wanted: readonly string[]): RowReader => {
  const text = first.text.trim();
  if (text.startsWith('{')) return readJsonLines(name, wanted);
  if (text.startsWith('[')) {
    throw new UsageError([
      `${name}: the file is a JSON list; write one row per line (duckdb -jsonlines), or CSV`,
    ]);
  }
  const delimiter = delimiterOf(text);
  const columns = csvFields(text, delimiter);
  if (columnIn(columns, 'id') >= 0) {
    const { read, end } = readCsv(columns, delimiter, name, wanted);
    return { read: (line) => (line.at === first.at ? null : read(line)), end };
  }
  if (columns.length === 1 && isId(text)) return readIds(name);
  const names = columns.slice(0, 5).map((column) => quoted(column.trim()));
  throw new UsageError([`${name}: there is no column id; the first line has ${names.join(', ')}; ${HOW}`]);
};

/**
 * The rows of a file of ids: one id a line, CSV with a header, or JSON lines.
 * @param wanted the columns to read besides the id
 * @throws UsageError if the file has another form, or is empty
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
  if (reader === null) throw new UsageError([`${name}: the file is empty; ${HOW}`]);
  reader.end();
}
