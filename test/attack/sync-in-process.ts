import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import { type Clock, systemClock } from '../../src/clock.ts';
import { SEARCH } from '../../src/close/search.ts';
import { parseConfig } from '../../src/config/config.ts';
import { createClient } from '../../src/http/client.ts';
import { createTransport } from '../../src/http/transport.ts';
import type { Output } from '../../src/singer/output.ts';
import type { SelectedStream } from '../../src/singer/selection.ts';
import { selectStreams } from '../../src/singer/selection.ts';
import { State } from '../../src/singer/state.ts';
import { MessageWriter, type WriteRecord } from '../../src/singer/writer.ts';
import { streams } from '../../src/streams/index.ts';
import { describeStreams } from '../../src/tap/describe-streams.ts';
import type { Failure } from '../../src/tap/endings.ts';
import { sync } from '../../src/tap/sync.ts';
import type { Log } from '../../src/terminal/log.ts';
import { fromMillis } from '../../src/time/instant.ts';
import type { Message, TapState } from '../e2e/run-tap.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { type Delivery, deliveryOf } from './delivery.ts';

export interface InProcessOptions {
  /** Settings that replace those of every attack. */
  readonly config?: object;
  readonly state?: object | undefined;
  /** Streams to read in addition to the default ones. */
  readonly more?: readonly string[];
  /** The streams to read instead of the default ones. */
  readonly streams?: readonly string[];
  /** How long a request without an answer may take, in milliseconds. A config could not set it so short. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** Whether a state is written after every page, so that there are as many places for a kill as possible. */
  readonly stateAfterEachPage?: boolean;
  /** The number of the record of a stream whose conversion throws, counted from 0. */
  readonly throwsAt?: { readonly stream: string; readonly record: number } | undefined;
  /** Called with each chunk of output. It may be slow, as a target may be. */
  readonly onChunk?: (text: string) => Promise<void> | void;
}

export interface InProcessRun extends Delivery {
  readonly failures: readonly Failure[];
  /** The error of the whole run, such as a wrong key. */
  readonly error: unknown;
  readonly lastState: TapState | undefined;
  /** Every line of the log, with its level. */
  readonly log: readonly string[];
}

const KNOWN = streams.flatMap(({ name, replication }) =>
  replication.method === 'INCREMENTAL' ? [{ stream: name, key: replication.key }] : [],
);

/** Runs a sync as the binary does, with a real socket, but in this process and without waits. It takes milliseconds. */
export const syncInProcess = async (
  sandbox: Sandbox,
  options: InProcessOptions = {},
): Promise<InProcessRun> => {
  const clock = options.clock ?? systemClock;
  const json = { api_key: 'api_sandbox', base_url: sandbox.url, start_date: '2000-01-01', ...options.config };
  const { config } = parseConfig(json, 'config.json', fromMillis(clock.now()), '0');
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const lines: string[] = [];
  const log = logInto(lines);
  const dispatcher = new Agent({ connections: config.max_concurrency });
  const client = createClient({
    transport: createTransport({
      base_url: config.base_url,
      authorization: `Basic ${Buffer.from('api_sandbox:').toString('base64')}`,
      user_agent: config.user_agent,
      dispatcher,
      request_timeout_seconds: (options.timeoutMs ?? 5_000) / 1000,
    }),
    clock,
    log,
    signal: controller.signal,
    max_concurrency: config.max_concurrency,
    rate_limit_share: config.rate_limit_share,
    max_retries: config.max_retries,
    firstWaitMs: 1,
    throttledEarly: [SEARCH.path],
  });
  const messages: Message[] = [];
  const output = {
    write: async (chunk: string | Buffer): Promise<void> => {
      const text = chunk.toString();
      for (const line of text.split('\n')) if (line !== '') messages.push(JSON.parse(line) as Message);
      await options.onChunk?.(text);
    },
  };
  const { state } = State.parse(options.state ?? {}, 'state.json', KNOWN);
  const writer = options.stateAfterEachPage
    ? new TalkativeWriter(output, () => state.snapshot(), options.throwsAt)
    : new MessageWriter(output);
  let failures: readonly Failure[] = [];
  let error: unknown = null;
  try {
    failures = await sync({
      selected: selected(config.emit_deletes, options),
      definitions: streams,
      client,
      config,
      state,
      writer,
      log,
      clock,
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      onProgress: () => {},
      onEnd: () => {},
      validate: null,
      enough: null,
    });
    if (controller.signal.aborted) error = controller.signal.reason;
  } catch (thrown) {
    error = thrown;
  } finally {
    await dispatcher.destroy();
  }
  return {
    ...deliveryOf(messages),
    failures,
    error,
    log: lines,
    lastState: messages.findLast(({ type }) => type === 'STATE')?.value,
  };
};

const [without, withDeletes] = [false, true].map((wanted) =>
  describeStreams(streams, { emit_deletes: wanted }),
);

const selected = (
  deletes: boolean,
  { streams: names, more = [] }: Pick<InProcessOptions, 'streams' | 'more'>,
): readonly SelectedStream[] => {
  const offered = (deletes ? withDeletes : without) ?? [];
  const isWanted = ({ name, selectedByDefault }: (typeof offered)[number]): boolean =>
    names ? names.includes(name) : selectedByDefault || more.includes(name);
  const wanted = offered.map((each) => ({ ...each, selectedByDefault: isWanted(each) }));
  return selectStreams(wanted, null).streams;
};

class TalkativeWriter extends MessageWriter {
  readonly #snapshot: () => object;
  readonly #throwsAt: InProcessOptions['throwsAt'];
  #stating = false;
  #converted = 0;

  constructor(output: Output, snapshot: () => object, throwsAt: InProcessOptions['throwsAt']) {
    super(output);
    this.#snapshot = snapshot;
    this.#throwsAt = throwsAt;
  }

  override records(
    stream: string,
    records: Iterable<WriteRecord>,
    extracted: string,
    version?: number,
  ): void {
    super.records(
      stream,
      stream === this.#throwsAt?.stream ? this.#throwing(records) : records,
      extracted,
      version,
    );
  }

  *#throwing(records: Iterable<WriteRecord>): Iterable<WriteRecord> {
    for (const write of records) {
      if (this.#converted === this.#throwsAt?.record) throw new Error('this row cannot be converted');
      this.#converted += 1;
      yield write;
    }
  }

  /** A stream waits for room after it has written and counted a page. */
  override async room(): Promise<void> {
    if (!this.#stating) {
      this.#stating = true;
      const stated = super.state(this.#snapshot());
      this.#stating = false;
      await stated;
    }
    await super.room();
  }
}

const logInto = (lines: string[]): Log => {
  const at =
    (level: string) =>
    (message: string, stream?: string): void => {
      lines.push(`${level} ${stream === undefined ? '' : `${stream}: `}${message}`);
    };
  return {
    debug: () => {},
    info: at('INFO'),
    warning: at('WARNING'),
    error: at('ERROR'),
    critical: at('CRITICAL'),
    metric: () => {},
  };
};
