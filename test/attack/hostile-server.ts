import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { syncHere } from '../e2e/run-main.ts';
import { runTap, type TapOptions, type TapRun } from '../e2e/run-tap.ts';

/** A hostile server on the loopback interface. */
export interface HostileServer {
  /** The address, which ends in `/api/v1`. */
  readonly url: string;
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

export type Serve = (request: IncomingMessage, response: ServerResponse, count: number) => unknown;

export const startHostile = async (serve: Serve): Promise<HostileServer> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.on('error', () => {});
    serve(request, response, requests.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/api/v1`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** A catalog that selects some streams. */
export const selecting = (...names: readonly string[]): object => ({
  streams: names.map((name) => ({
    tap_stream_id: name,
    stream: name,
    schema: { properties: { id: { type: ['string'] } } },
    metadata: [{ breadcrumb: [], metadata: { selected: true } }],
  })),
});

export const KEY = 'api_1234.verysecretkey';

type AttackOptions = Omit<Partial<TapOptions>, 'config'> & { readonly config?: object };

const attacked = (
  { url }: HostileServer,
  streams: readonly string[],
  options: AttackOptions,
): TapOptions => ({
  ...options,
  config: { api_key: KEY, base_url: url, max_retries: 1, max_retry_seconds: 0, ...options.config },
  catalog: selecting(...streams),
});

/** Runs the program against it, in this process. */
export const attack = (
  server: HostileServer,
  streams: readonly string[],
  options: Pick<AttackOptions, 'config'> = {},
): Promise<TapRun> => syncHere(attacked(server, streams, options));

/** Runs the binary against it. */
export const attackProcess = (
  server: HostileServer,
  streams: readonly string[],
  options: AttackOptions,
): Promise<TapRun> => runTap(attacked(server, streams, options));
