import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { describeNetworkError } from './network-errors.ts';
import { type ProxyAddress, portOf } from './proxy-address.ts';
import { openTunnel } from './tunnel.ts';

export interface ConnectorOptions {
  /** The proxy to go through, or null. */
  readonly proxy: ProxyAddress | null;
  /** Milliseconds for all of it: address, connection, tunnel, TLS. */
  readonly timeoutMs: number;
}

/** Opens the connections of a dispatcher. Each is tried only once, since the request is repeated as a whole. */
export interface Connector {
  readonly connect: buildConnector.connector;
  /** Gives up connections that are being opened; they would keep the process alive. */
  readonly destroy: () => void;
}

const KEEP_ALIVE_MS = 60_000;
/** As in undici: how much of an answer may wait to be read. */
const BUFFER = { highWaterMark: 64 * 1024 };

/** Resolves with the socket when it is open; it is destroyed if the attempt is given up before. */
const opened = <S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> =>
  new Promise((resolve, reject) => {
    socket
      .once(event, () => resolve(socket))
      .once('close', () => reject(new Error('the connection was closed before it was open')))
      // This listener stays: an error without a listener would end the process.
      .on('error', reject);
    signal.addEventListener('abort', () => socket.destroy(signal.reason), { once: true });
    if (signal.aborted) socket.destroy(signal.reason);
  });

const openTcp = (hostname: string, port: number, signal: AbortSignal): Promise<Socket> =>
  opened(connectTcp({ ...BUFFER, host: hostname, port }), 'connect', signal);

/**
 * Certificates are always verified, whatever NODE_TLS_REJECT_UNAUTHORIZED says, so the key goes only to Close. Those of
 * NODE_EXTRA_CA_CERTS are trusted, since Node adds them to its own.
 */
const openTls = (hostname: string, options: ConnectionOptions, signal: AbortSignal): Promise<Socket> => {
  const servername = isIP(hostname) === 0 ? { servername: hostname } : {};
  const verified = { rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] };
  return opened(
    connectTls({ ...options, ...servername, ...verified, host: hostname }),
    'secureConnect',
    signal,
  );
};

/** Opens a connection to the host through the proxy. */
const openThroughProxy = async (
  proxy: ProxyAddress,
  hostname: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> => {
  const open = proxy.isSecure
    ? openTls(proxy.hostname, { port: proxy.port }, signal)
    : openTcp(proxy.hostname, proxy.port, signal);
  const socket = await open.catch((cause: unknown) => {
    throw new Error(`cannot reach the proxy ${proxy.name}: ${describeNetworkError(cause)}`, { cause });
  });
  await openTunnel(socket, proxy, `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`);
  return socket;
};

export const createConnector = ({ proxy, timeoutMs }: ConnectorOptions): Connector => {
  const opening = new Set<AbortController>();
  let session: Buffer | undefined;

  const open = async (target: buildConnector.Options, signal: AbortSignal): Promise<Socket> => {
    const { hostname } = target;
    const isSecure = target.protocol === 'https:';
    const port = portOf(target);
    const below = proxy ? await openThroughProxy(proxy, hostname, port, signal) : null;
    if (!isSecure) return below ?? (await openTcp(hostname, port, signal));
    const way = below ? { socket: below } : { port };
    const socket = await openTls(hostname, { ...way, ...(session ? { session } : {}) }, signal);
    return socket.on('session', (latest: Buffer) => {
      session = latest;
    });
  };

  return {
    connect: (target, callback) => {
      const controller = new AbortController();
      const timer = setTimeout(
        () => controller.abort(new Error(`no connection to ${target.hostname} within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      opening.add(controller);
      open(target, controller.signal)
        .finally(() => {
          clearTimeout(timer);
          opening.delete(controller);
        })
        .then(
          (socket) => callback(null, socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS)),
          (reason: unknown) => {
            const error = reason instanceof Error ? reason : new Error(String(reason));
            // Closes what is already open.
            controller.abort(error);
            callback(error, null);
          },
        );
    },
    destroy: () => {
      for (const controller of opening) controller.abort(new Error('the run has ended'));
    },
  };
};
