/** Counts Singer messages, and keeps the text of each record and the last state. */
export interface Tally {
  feed(chunk: string): void;
  readonly records: ReadonlyMap<string, number>;
  /** The newest text of each record, by stream and id. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly state: unknown;
}

interface Message {
  readonly type: string;
  readonly stream?: string;
  readonly record?: { readonly id?: unknown };
  readonly value?: unknown;
}

export function createTally(): Tally {
  const records = new Map<string, number>();
  const rows = new Map<string, Map<string, string>>();
  let rest = '';
  let state: unknown;
  const count = (line: string): void => {
    if (line.trim() === '') return;
    const { type, stream, record, value } = JSON.parse(line) as Message;
    if (type === 'STATE') state = value;
    if (type !== 'RECORD' || stream === undefined) return;
    records.set(stream, (records.get(stream) ?? 0) + 1);
    const known = rows.get(stream) ?? new Map<string, string>();
    rows.set(stream, known.set(String(record?.id), JSON.stringify(record)));
  };
  return {
    feed: (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) count(line);
    },
    records,
    rows,
    get state() {
      return state;
    },
  };
}
