import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import { type Clock, systemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config.ts';
import { createClient } from '../../src/http/client.ts';
import { createTransport } from '../../src/http/transport.ts';
import type { Log } from '../../src/log.ts';
import type { Output } from '../../src/singer/output.ts';
import { parseCatalog } from '../../src/singer/parse-catalog.ts';
import type { SelectedStream } from '../../src/singer/selection.ts';
import { selectStreams } from '../../src/singer/selection.ts';
import { State } from '../../src/singer/state.ts';
import { MessageWriter, type WriteRecord } from '../../src/singer/writer.ts';
import { streams } from '../../src/streams/index.ts';
import { describeStreams } from '../../src/tap/describe-streams.ts';
import { type Failure, sync } from '../../src/tap/sync.ts';
import { fromMillis } from '../../src/time.ts';
import type { Message, TapState } from '../e2e/run-tap.ts';
import type { Sandbox } from '../sandbox/server.ts';
import { type Delivery, deliveryOf } from './delivery.ts';

export interface InProcessOptions {
  /** Config keys over those that every attack needs. */
  readonly config?: object;
  readonly state?: object | undefined;
  /** The streams to read, where it is not those that are read by default. */
  readonly streams?: readonly string[];
  /** Milliseconds before a silent request is given up; much shorter than any that a config may set. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** Writes a state after every page, so that there are as many places to be killed at as there can be. */
  readonly stateAfterEachPage?: boolean;
  /** Sees each chunk of output and may take its time, as a slow target does. */
  readonly onChunk?: (text: string) => Promise<void> | void;
}

export interface InProcessRun extends Delivery {
  readonly failures: readonly Failure[];
  /** Thrown by the run as a whole: a wrong key, for one. */
  readonly error: unknown;
  readonly lastState: TapState | undefined;
  /** Every line of the log, with its level. */
  readonly log: readonly string[];
}

const KNOWN = streams.flatMap(({ name, replication }) =>
  replication.method === 'INCREMENTAL' ? [{ stream: name, key: replication.key }] : [],
);

/** The engine as the binary runs it, with a real socket but neither a process nor patience: a run takes milliseconds. */
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
  const dispatcher = new Agent({ connections: config.maxConcurrency });
  const client = createClient({
    transport: createTransport({
      baseUrl: config.baseUrl,
      authorization: `Basic ${Buffer.from('api_sandbox:').toString('base64')}`,
      userAgent: config.userAgent,
      dispatcher,
      timeoutMs: options.timeoutMs ?? 5_000,
    }),
    clock,
    log,
    signal: controller.signal,
    maxConcurrency: config.maxConcurrency,
    rateLimitShare: config.rateLimitShare,
    maxRetries: config.maxRetries,
    firstWaitMs: 1,
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
    ? new TalkativeWriter(output, () => state.snapshot())
    : new MessageWriter(output);
  let failures: readonly Failure[] = [];
  let error: unknown = null;
  try {
    const outcome = await sync({
      selected: selected(config.emitDeletes, options.streams),
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
    failures = outcome.failures;
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
  describeStreams(streams, { withDeletes: wanted }),
);

const selected = (deletes: boolean, names?: readonly string[]): readonly SelectedStream[] => {
  const wanted = names?.map((name) => ({ tap_stream_id: name, selected: true }));
  const catalog = wanted ? parseCatalog({ streams: wanted }, 'catalog.json') : null;
  return selectStreams((deletes ? withDeletes : without) ?? [], catalog).streams;
};

class TalkativeWriter extends MessageWriter {
  readonly #snapshot: () => object;

  constructor(output: Output, snapshot: () => object) {
    super(output);
    this.#snapshot = snapshot;
  }

  override async records(
    stream: string,
    records: Iterable<WriteRecord>,
    timeExtracted: string,
    version?: number,
  ): Promise<void> {
    // Both are handed over before either is waited for: nothing may come between a page and its state.
    const written = super.records(stream, records, timeExtracted, version);
    const stated = super.state(this.#snapshot());
    await Promise.all([written, stated]);
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
