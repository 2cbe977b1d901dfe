import type { ObjectSchema } from '../../src/json/schema-types.ts';
import { compileValidate } from '../../src/schema/validate.ts';

/** Counts of what a sync wrote for a stream, without any values. */
export interface StreamCounts {
  records: number;
  /** How many records do not fit their schema. */
  invalid: number;
  /** What is wrong with the first of them: a path and a rule, without a value. */
  problem: string | null;
}

/** A target that keeps only counts, ids and dates. */
export interface Sink {
  line(text: string): void;
  readonly streams: ReadonlyMap<string, StreamCounts>;
  /** How many lines are not Singer messages, or come before their schema. */
  readonly strange: () => number;
  /** The value of the last STATE. */
  readonly lastState: () => object | null;
}

interface Message {
  readonly type?: unknown;
  readonly stream?: string;
  readonly schema?: ObjectSchema;
  readonly record?: Readonly<Record<string, unknown>>;
  readonly value?: object;
}

const parse = (text: string): Message | null => {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return null;
  }
};

/** @param hold called with stream, id and dates of each record, as a line of JSON */
export const createSink = (hold: (line: string) => void): Sink => {
  const validators = new Map<string, (text: string) => string | null>();
  const streams = new Map<string, StreamCounts>();
  let strange = 0;
  let lastState: object | null = null;

  const takeRecord = (stream: string, record: Readonly<Record<string, unknown>>): void => {
    const validate = validators.get(stream);
    const counts = streams.get(stream);
    if (!validate || !counts) {
      strange += 1;
      return;
    }
    const problem = validate(JSON.stringify(record));
    counts.records += 1;
    if (problem !== null) {
      counts.invalid += 1;
      counts.problem ??= problem;
    }
    const { id, date_created, date_updated, _sdc_deleted_at: deleted } = record;
    if (deleted === undefined || deleted === null) {
      hold(JSON.stringify({ stream, id, date_created, date_updated }));
    }
  };

  return {
    streams,
    strange: () => strange,
    lastState: () => lastState,
    line: (text) => {
      const { type, stream = '', schema, record, value } = parse(text) ?? {};
      if (type === 'SCHEMA' && schema) {
        validators.set(stream, compileValidate(schema));
        streams.set(stream, streams.get(stream) ?? { records: 0, invalid: 0, problem: null });
      } else if (type === 'RECORD' && record) takeRecord(stream, record);
      else if (type === 'STATE' && value) lastState = value;
      else if (type !== 'ACTIVATE_VERSION') strange += 1;
    },
  };
};
