import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Row } from '../../src/close/row.ts';
import type { Emit, Walk, WalkContext, WalkRange } from '../../src/close/walk.ts';
import { parseConfig } from '../../src/config/config.ts';
import { AuthenticationError, PassingError, ReaderGoneError, RefusedError } from '../../src/errors.ts';
import type { Client } from '../../src/http/client.ts';
import type { SelectedStream } from '../../src/singer/selection.ts';
import { State } from '../../src/singer/state.ts';
import { MessageWriter } from '../../src/singer/writer.ts';
import { defineStream, type StreamDefinition } from '../../src/streams/define-stream.ts';
import { type SyncOptions, sync } from '../../src/tap/sync.ts';
import { DAY, HOUR, type Instant } from '../../src/time/instant.ts';
import { formatInstant, parseInstant } from '../../src/time/rfc3339.ts';
import { END, START } from '../../src/time/span.ts';
import { recordedLog } from '../http/recorded-log.ts';
import { createVirtualClock, type VirtualClock } from '../http/virtual-clock.ts';

const NOW = parseInstant('2026-06-01T12:00:00Z') ?? Number.NaN;
const FROM = NOW - 10 * DAY;

interface Message {
  readonly type: 'SCHEMA' | 'RECORD' | 'STATE';
  readonly stream?: string;
  readonly record?: { readonly id: string; readonly date_updated: string | null };
  readonly value?: {
    readonly bookmarks: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
    readonly currently_syncing?: string;
  };
}

type Read = (
  context: WalkContext & { readonly emit: Emit },
  range: WalkRange,
  clock: VirtualClock,
) => Promise<void>;

const row = (id: string, at: Instant): Row => ({ id, date_updated: formatInstant(at) });

/** A walk that emits the given pages. A page has ids, whose dates are an hour apart, and the stretch that it completes. */
const pages =
  (...hours: readonly (readonly [from: number, to: number])[]): Read =>
  async (context) => {
    for (const [from, to] of hours) {
      const rows = Array.from({ length: Math.min(to, 200) - from }, (_, index) =>
        row(`${context.stream}_${from + index}`, FROM + (from + index) * HOUR),
      );
      await context.emit(rows, [{ from: FROM + from * HOUR, to: to >= 200 ? END : FROM + to * HOUR }]);
    }
  };

const failing =
  (error: Error, before: Read = async () => {}): Read =>
  async (context, range, clock) => {
    await before(context, range, clock);
    throw error;
  };

interface Arrangement {
  readonly streams: Readonly<Record<string, Read>>;
  readonly state?: unknown;
  readonly serverStart?: () => Instant | null;
  readonly options?: Partial<SyncOptions>;
  readonly more?: Partial<StreamDefinition>;
  /** Whether the streams are read by default, and the user did not name them. */
  readonly byDefault?: true;
  readonly write?: (text: string) => Promise<void>;
}

const ALL_READ = { bookmarks: { a: { date_updated: formatInstant(FROM) } } };

/** Runs a sync with the walks of a test. It returns the messages and the log. */
const arrange = (arrangement: Arrangement) => {
  const { streams, state: stored = {}, serverStart = () => null, options = {}, more = {} } = arrangement;
  const clock = createVirtualClock(NOW / 1000);
  const { config } = parseConfig(
    { api_key: 'key', start_date: formatInstant(FROM), late_activity_changes: false },
    'config.json',
    NOW,
    '0.0.0',
  );
  const schema = {
    type: 'object',
    properties: {
      id: { type: ['string'] },
      date_updated: { type: ['string', 'null'], format: 'date-time' },
    },
  } as const;
  const names = Object.keys(streams);
  const definitions = names.map((name) => {
    const walk: Walk = {
      along: 'date_updated',
      read: (range, context, emit) =>
        streams[name]?.({ ...context, emit }, range, clock) ?? Promise.resolve(),
    };
    return defineStream({
      name,
      keyProperties: ['id'],
      replication: { method: 'INCREMENTAL', key: 'date_updated' },
      requests: [],
      walk,
      ...more,
    });
  });
  const selected = definitions.map(
    ({ name, keyProperties, replication }): SelectedStream => ({
      name,
      keyProperties,
      replication,
      schema,
      ...(arrangement.byDefault ? { byDefault: true } : {}),
      description: { name, keyProperties, replication, schema, selectedByDefault: true },
    }),
  );
  const { state } = State.parse(stored, 'state.json', []);
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const log = recordedLog();
  const messages: Message[] = [];
  const finished: string[] = [];
  const client: Client = {
    fetch: () => Promise.reject(new Error('no test here asks the API')),
    serverStart,
    answered: Promise.resolve(),
  };
  const write =
    arrangement.write ??
    (async (text: string | Buffer) => {
      for (const line of text.toString().split('\n').filter(Boolean))
        messages.push(JSON.parse(line) as Message);
    });
  const run = () =>
    clock.until(
      sync({
        selected,
        definitions,
        client,
        config,
        state,
        writer: new MessageWriter({ write }),
        log,
        clock,
        signal: controller.signal,
        abort: (reason) => controller.abort(reason),
        onProgress: () => {},
        onEnd: (stream) => finished.push(stream),
        validate: null,
        enough: null,
        ...options,
      }),
    );
  const states = () => messages.flatMap(({ value }) => value ?? []);
  const ids = (stream: string) =>
    messages.flatMap((message) => (message.stream === stream ? (message.record?.id ?? []) : []));
  return { run, messages, states, ids, log, finished, controller, clock };
};

const forbidden = new RefusedError('403: the key may not read this', { request: 'GET /b/', status: 403 });

describe('the messages of a run', () => {
  test('begin with the old state and all schemas, and end with the new state', async () => {
    const { run, messages, states, ids } = arrange({
      streams: { a: pages([0, 200]), b: pages([0, 200]) },
      state: ALL_READ,
    });

    const failures = await run();

    expect(messages.slice(0, 3).map(({ type, stream }) => [type, stream])).toEqual([
      ['STATE', undefined],
      ['SCHEMA', 'a'],
      ['SCHEMA', 'b'],
    ]);
    expect(states()[0]).toEqual(ALL_READ);
    expect(messages.at(-1)?.type).toBe('STATE');
    expect(states().at(-1)).toEqual({
      bookmarks: {
        a: { date_updated: formatInstant(FROM + 199 * HOUR) },
        b: { date_updated: formatInstant(FROM + 199 * HOUR) },
      },
    });
    expect([ids('a').length, ids('b').length]).toEqual([200, 200]);
    expect(failures).toEqual([]);
  });

  test('never have a state before the records that it covers, in whatever order pages come', async () => {
    const slow: Read = async (context, range, clock) => {
      const later = pages([100, 200])(context, range, clock);
      await clock.sleep(6_000);
      await pages([20, 100])(context, range, clock);
      await clock.sleep(6_000);
      await Promise.all([
        later,
        pages([0, 10])(context, range, clock),
        pages([10, 20])(context, range, clock),
      ]);
    };
    const { run, messages } = arrange({
      streams: { a: slow, b: pages([0, 50], [50, 200]) },
      state: ALL_READ,
    });

    await run();

    const written = new Set<string>();
    let states = 0;
    for (const { type, stream, record, value } of messages) {
      if (type === 'RECORD' && stream === 'a') written.add(record?.id ?? '');
      const bookmark = parseInstant(value?.bookmarks.a?.date_updated ?? '');
      if (bookmark === null) continue;
      states += 1;
      for (let hour = 0; FROM + hour * HOUR < bookmark; hour += 1) expect(written).toContain(`a_${hour}`);
    }
    expect(states).toBeGreaterThan(3);
  });

  test('have a state every few seconds while many pages are read', async () => {
    const slow: Read = async (context, range, clock) => {
      for (let hour = 0; hour < 10; hour += 1) {
        await pages([hour, hour + 1])(context, range, clock);
        await clock.sleep(2_000);
      }
    };
    const { run, states } = arrange({ streams: { a: slow } });

    await run();

    expect(states().length).toBeGreaterThanOrEqual(5);
    expect(states().length).toBeLessThanOrEqual(8);
  });

  test('have a state of everything that was written before a long wait', async () => {
    const waiting: Read = async (context, range, clock) => {
      await pages([0, 10])(context, range, clock);
      await clock.sleep(100_000);
      throw forbidden;
    };
    const { run, messages, clock } = arrange({
      streams: { a: waiting },
      write: async (text) => {
        for (const line of text.toString().split('\n').filter(Boolean))
          written.push([clock.now() - NOW / 1000, JSON.parse(line) as Message]);
      },
    });
    const written: (readonly [atMs: number, message: Message])[] = [];

    await run();

    const early = written.filter(([atMs]) => atMs <= 5_000).map(([, message]) => message);
    expect(messages).toEqual([]);
    expect(early.filter(({ type }) => type === 'RECORD')).toHaveLength(10);
    expect(early.at(-1)?.value?.bookmarks.a?.date_updated).toBe(formatInstant(FROM + 9 * HOUR));
  });

  test('have a state after a thousand records', async () => {
    const many: Read = async (context) => {
      for (let page = 0; page < 30; page += 1) {
        const rows = Array.from({ length: 100 }, (_, index) =>
          row(`a_${page}_${index}`, FROM + page * HOUR + index),
        );
        await context.emit(rows, [{ from: FROM + page * HOUR, to: FROM + (page + 1) * HOUR }]);
      }
    };
    const { run, states } = arrange({ streams: { a: many } });

    await run();

    expect(states().length).toBeGreaterThanOrEqual(4);
    expect(states().length).toBeLessThanOrEqual(6);
  });
});

describe('a stream that fails', () => {
  test('because of a row without an id keeps its bookmark before the page with that row', async () => {
    const { run, states, ids } = arrange({
      streams: {
        a: async (context, range, clock) => {
          await pages([0, 10])(context, range, clock);
          context.withoutId(1);
          await pages([10, 20], [20, 200])(context, range, clock);
        },
      },
      state: ALL_READ,
    });

    const failures = await run();

    expect(failures).toHaveLength(1);
    expect(ids('a')).toHaveLength(200);
    expect(states().at(-1)?.bookmarks.a).toEqual({ date_updated: formatInstant(FROM + 9 * HOUR) });
  });

  test('does not stop the others, and keeps its bookmark where everything before it was read', async () => {
    const { run, states, ids, log, finished } = arrange({
      streams: { a: failing(forbidden, pages([0, 10], [50, 60])), b: pages([0, 200]) },
    });

    const failures = await run();

    expect(failures).toEqual([{ stream: 'a', reason: 'GET /b/: 403: the key may not read this' }]);
    expect(log.lines).toContain('error: GET /b/: 403: the key may not read this [a]');
    expect(finished.sort()).toEqual(['a', 'b']);
    expect(ids('b')).toHaveLength(200);
    expect(states().at(-1)).toEqual({
      bookmarks: {
        a: {
          date_updated: formatInstant(FROM + 9 * HOUR),
          resume: {
            run_started: formatInstant(NOW),
            finished: [[formatInstant(FROM + 50 * HOUR), formatInstant(FROM + 60 * HOUR)]],
          },
        },
        b: { date_updated: formatInstant(FROM + 199 * HOUR) },
      },
      currently_syncing: 'a',
    });
  });

  test('is the first one of the next run, and the others follow in order', async () => {
    const { run, messages } = arrange({
      streams: { a: pages([0, 200]), b: pages([0, 200]), c: pages([0, 200]) },
      state: { bookmarks: {}, currently_syncing: 'b' },
    });

    await run();

    const schemas = messages.filter(({ type }) => type === 'SCHEMA').map(({ stream }) => stream);
    expect(schemas).toEqual(['b', 'c', 'a']);
    expect(messages.at(-1)?.value).not.toHaveProperty('currently_syncing');
  });

  test.each(['gone', 'a'])(
    'changes no order when it is not among those selected, or the first: %s',
    async (current) => {
      const { run, messages } = arrange({
        streams: { a: pages([0, 200]), b: pages([0, 200]) },
        state: { bookmarks: {}, currently_syncing: current },
      });

      await run();

      expect(messages.filter(({ type }) => type === 'SCHEMA').map(({ stream }) => stream)).toEqual([
        'a',
        'b',
      ]);
    },
  );

  test('does not count records that it could not write', async () => {
    const validate: SyncOptions['validate'] = () => (text) =>
      text.includes('a_3') ? 'a_3 is not right' : null;
    const { run, states, ids } = arrange({
      streams: { a: pages([0, 2], [2, 5], [5, 200]) },
      options: { validate },
    });

    const failures = await run();

    expect(failures).toEqual([{ stream: 'a', reason: 'a record does not fit its schema: a_3 is not right' }]);
    expect(ids('a')).toEqual(['a_0', 'a_1']);
    expect(states().at(-1)?.bookmarks.a).toEqual({ date_updated: formatInstant(FROM + HOUR) });
  });

  test('with rows without an id fails only after its other rows are written', async () => {
    const { run, ids, log } = arrange({
      streams: {
        a: async (context, range, clock) => {
          context.withoutId(2);
          context.withoutId(1);
          await pages([0, 200])(context, range, clock);
        },
      },
    });

    const failures = await run();

    expect(ids('a')).toHaveLength(200);
    expect(failures).toEqual([{ stream: 'a', reason: 'skipped 3 rows without an id' }]);
    expect(log.lines.filter((line) => line.includes('skipped a row without an id'))).toHaveLength(1);
  });
});

describe('a stream that the key may not read', () => {
  test('and that the user did not name is a warning', async () => {
    const { run, states, ids, log } = arrange({
      streams: { a: failing(forbidden), b: pages([0, 200]) },
      byDefault: true,
    });

    const failures = await run();

    expect(failures).toEqual([]);
    expect(log.lines).toContainEqual(
      expect.stringMatching(/^warning: .*the key's role may not read it; ask an admin .*403/),
    );
    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(ids('b')).toHaveLength(200);
    expect(states().at(-1)).toEqual({
      bookmarks: { b: { date_updated: formatInstant(FROM + 199 * HOUR) } },
    });
  });

  test('fails the run if it was read before, and keeps its bookmark', async () => {
    const bookmark = { date_updated: formatInstant(FROM) };
    const { run, states } = arrange({
      streams: { a: failing(forbidden), b: pages([0, 200]) },
      state: { bookmarks: { a: bookmark } },
      byDefault: true,
    });

    const failures = await run();

    expect(failures).toEqual([{ stream: 'a', reason: expect.stringContaining('403') }]);
    expect(states().at(-1)).toMatchObject({ bookmarks: { a: bookmark } });
  });

  test('fails the run if the user named it', async () => {
    const { run } = arrange({ streams: { a: failing(forbidden), b: pages([0, 200]) } });

    expect(await run()).toEqual([{ stream: 'a', reason: expect.stringContaining('403') }]);
  });

  test('fails the run if the key may read no stream', async () => {
    const { run } = arrange({ streams: { a: failing(forbidden), b: failing(forbidden) }, byDefault: true });

    expect((await run()).map(({ stream }) => stream)).toEqual(['a', 'b']);
  });

  test('is not one whose simplest page can be read: then the failure fails the run', async () => {
    let tries = 0;
    const once: Read = async (context, range, clock) => {
      tries += 1;
      if (tries === 1) throw forbidden;
      await pages([0, 200])(context, range, clock);
    };
    const { run, ids } = arrange({ streams: { a: once, b: pages([0, 200]) }, byDefault: true });

    expect(await run()).toEqual([{ stream: 'a', reason: expect.stringContaining('403') }]);
    expect(ids('a')).toEqual([]);
  });

  test('is not one with a temporary fault', async () => {
    const down = new PassingError('503', { request: 'GET /b/', status: 503 });
    const { run } = arrange({ streams: { a: failing(down), b: pages([0, 200]) }, byDefault: true });

    expect((await run()).map(({ stream }) => stream)).toEqual(['a']);
  });
});

describe('the whole run is ended', () => {
  const unauthorized = new AuthenticationError('401: the API key or token is not valid', {
    request: 'GET /a/',
    status: 401,
  });
  const untilAborted =
    (signal: () => AbortSignal): Read =>
    async (_context, _range, clock) => {
      await clock.sleep(1_000_000, signal());
    };

  test('by an invalid key: all requests end, and it is reported once', async () => {
    const arranged = arrange({
      streams: {
        a: async (context, range, clock) => {
          await pages([0, 10])(context, range, clock);
          throw unauthorized;
        },
        b: untilAborted(() => arranged.controller.signal),
      },
    });

    const failures = await arranged.run();

    expect(arranged.controller.signal.reason).toBe(unauthorized);
    expect(failures).toEqual([{ stream: 'a', reason: 'GET /a/: 401: the API key or token is not valid' }]);
    expect(arranged.messages.at(-1)?.type).toBe('STATE');
    expect(arranged.states().at(-1)?.bookmarks.a).toMatchObject({
      date_updated: formatInstant(FROM + 9 * HOUR),
    });
  });

  test('by a signal, and the last state has everything that was read', async () => {
    const arranged = arrange({
      streams: {
        a: async (context, range, clock) => {
          await pages([0, 10])(context, range, clock);
          await clock.sleep(1_000);
          arranged.controller.abort(new Error('stopped'));
          throw new Error('aborted');
        },
        b: untilAborted(() => arranged.controller.signal),
      },
    });

    const failures = await arranged.run();

    expect(failures).toEqual([]);
    expect(arranged.states().at(-1)).toMatchObject({
      bookmarks: { a: { date_updated: formatInstant(FROM + 9 * HOUR) } },
      currently_syncing: 'a',
    });
  });

  test('if the reader of its output has ended', async () => {
    let left = 3;
    const arranged = arrange({
      streams: {
        a: async (context, range, clock) => {
          await clock.sleep(10_000);
          await pages([0, 10])(context, range, clock);
        },
        b: untilAborted(() => arranged.controller.signal),
      },
      write: async () => {
        left -= 1;
        if (left < 0) throw new ReaderGoneError('gone');
      },
    });
    left = 1;

    await expect(arranged.run()).rejects.toBeInstanceOf(ReaderGoneError);

    expect(arranged.controller.signal.reason).toBeInstanceOf(ReaderGoneError);
  });
});

describe('the run’s start', () => {
  test.each([
    ['the server’s clock, if that is earlier', NOW - HOUR, NOW - HOUR],
    ['the local clock, if that is earlier', NOW + HOUR, NOW],
    ['the local clock, if the server’s is not known', null, NOW],
  ])('is taken from %s', async (_, server, expected) => {
    let seen = Number.NaN;
    const { run, states } = arrange({
      streams: {
        a: async (context, _range, clock) => {
          seen = context.startedAt();
          await clock.sleep(1_000);
          await context.emit([row('a', context.now())], [{ from: START, to: END }]);
        },
      },
      serverStart: () => server,
    });

    await run();

    expect(seen).toBe(expected);
    expect(states().at(-1)?.bookmarks.a).toEqual({ date_updated: formatInstant(expected) });
  });
});

test('a trial reads only a few records, and does not change the state', async () => {
  const { run, ids, states } = arrange({
    streams: { a: pages([0, 10], [10, 200]) },
    state: ALL_READ,
    options: { enough: 3 },
  });

  const failures = await run();

  expect(ids('a')).toEqual(['a_0', 'a_1', 'a_2']);
  expect(failures).toEqual([]);
  expect(states().at(-1)).toEqual(ALL_READ);
});

test('records and requests are counted, at the latest at the end', async () => {
  const { run, log } = arrange({ streams: { a: pages([0, 100], [100, 200]), b: failing(forbidden) } });

  await run();

  const total = (stream: string): number =>
    log.metrics
      .filter(({ metric, tags }) => metric === 'record_count' && tags.stream === stream)
      .reduce((sum, { value }) => sum + value, 0);
  expect([total('a'), total('b')]).toEqual([200, 0]);
  expect(
    log.metrics.flatMap(({ metric, tags }) =>
      metric === 'sync_duration' ? [[tags.stream, tags.status]] : [],
    ),
  ).toEqual(
    expect.arrayContaining([
      ['a', 'succeeded'],
      ['b', 'failed'],
    ]),
  );
});
