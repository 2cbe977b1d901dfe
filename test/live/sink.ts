import type { ObjectSchema } from '../../src/json/schema-types.ts';
import { compileValidate } from '../../src/schema/validate.ts';

/** What a sync wrote of a stream, without any of it. */
export interface StreamCounts {
  records: number;
  /** Records that do not fit their schema, */
  invalid: number;
  /** and what is wrong with the first of them: a place and a rule, no value. */
  problem: string | null;
}

/** A target that keeps nothing but counts, ids and dates. */
export interface Sink {
  line(text: string): void;
  readonly streams: ReadonlyMap<string, StreamCounts>;
  /** Lines that are no Singer messages, or come before their schema. */
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

/** @param hold told of each record: its stream, id and dates, as a line of JSON */
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
