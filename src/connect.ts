import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { UsageError } from './errors.ts';
import { type Client, type ClientOptions, createClient } from './http/client.ts';
import { createTransport } from './http/transport.ts';
import type { Session } from './session.ts';

/** The Authorization header: Basic with the key as the user and no password, or a bearer token. */
const authorizationOf = ({ kind, secret }: Config['credentials']): string =>
  kind === 'api_key' ? `Basic ${Buffer.from(`${secret}:`).toString('base64')}` : `Bearer ${secret}`;

const LONGEST_CONNECT_MS = 15_000;

const isLoopback = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** @throws UsageError naming the variable that is no address; never its value, which may hold a password */
const throughProxy = (options: Agent.Options, env: NodeJS.ProcessEnv): Dispatcher => {
  const wrong = PROXIES.filter((name) => env[name] && !/^https?:\/\/[^/]/.test(env[name]));
  if (wrong.length > 0) {
    throw new UsageError(
      wrong.map((name) => `${name}: must be an address such as http://proxy.example:3128`),
    );
  }
  return new EnvHttpProxyAgent(options);
};

/** Connects to the API as the config says, through a proxy if the usual variables name one. */
export const connect = (
  config: Config,
  session: Session,
  more: Pick<ClientOptions, 'onLimits'> = {},
): { client: Client; close: () => Promise<void> } => {
  const timeoutMs = config.requestTimeoutSeconds * 1000;
  const options = {
    connections: config.maxConcurrency,
    connect: { timeout: Math.min(timeoutMs, LONGEST_CONNECT_MS) },
  };
  // This machine is not reached through a proxy, whatever the variables leave out.
  const dispatcher = isLoopback(config.baseUrl)
    ? new Agent(options)
    : throughProxy(options, session.host.env);
  const client = createClient({
    transport: createTransport({
      baseUrl: config.baseUrl,
      authorization: authorizationOf(config.credentials),
      userAgent: config.userAgent,
      dispatcher,
      timeoutMs,
    }),
    clock: systemClock,
    log: session.log,
    redact: session.redact,
    signal: session.signal,
    maxConcurrency: config.maxConcurrency,
    rateLimitShare: config.rateLimitShare,
    ...more,
    maxRetries: config.maxRetries,
  });
  return { client, close: () => dispatcher.destroy() };
};
