/** Counts Singer messages as they pass, and keeps the last state. */
export interface Tally {
  feed(chunk: string): void;
  readonly records: ReadonlyMap<string, number>;
  readonly state: unknown;
}

export function createTally(): Tally {
  const records = new Map<string, number>();
  let rest = '';
  let state: unknown;
  const count = (line: string): void => {
    if (line.trim() === '') return;
    const message = JSON.parse(line) as { type: string; stream?: string; value?: unknown };
    if (message.type === 'STATE') state = message.value;
    if (message.type === 'RECORD' && message.stream !== undefined)
      records.set(message.stream, (records.get(message.stream) ?? 0) + 1);
  };
  return {
    feed: (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) count(line);
    },
    records,
    get state() {
      return state;
    },
  };
}
