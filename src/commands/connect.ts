import { systemClock } from '../clock.ts';
import { ME } from '../close/me.ts';
import { SEARCH } from '../close/search.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/settings.ts';
import { type Client, type ClientOptions, createClient } from '../http/client.ts';
import { createDispatcher } from '../http/dispatcher.ts';
import { proxyFor } from '../http/proxy-address.ts';
import { createTransport } from '../http/transport.ts';
import type { Log } from '../terminal/log.ts';
import { largestPage, memoryLimits } from './memory-limit.ts';
import type { Session } from './session.ts';

/**
 * The Authorization header: Basic with the key as the user and no password, or a bearer token. `ownSecrets` are the key
 * or token, and what the header has of it.
 */
const credentialsOf = ({
  api_key,
  access_token,
}: Config): { authorization: string; ownSecrets: string[] } => {
  if (api_key === null) return { authorization: `Bearer ${access_token}`, ownSecrets: [access_token ?? ''] };
  const sent = Buffer.from(`${api_key}:`).toString('base64');
  return { authorization: `Basic ${sent}`, ownSecrets: [api_key, sent] };
};

/** The warning if somebody has tried to switch off the verification of certificates. */
const UNVERIFIED =
  'NODE_TLS_REJECT_UNAUTHORIZED is set, but this tap still verifies certificates; to trust the certificate of a proxy, name its file in NODE_EXTRA_CA_CERTS';

/**
 * Connects to the API as the config says. Uses a proxy if HTTPS_PROXY or the like names one.
 * @throws UsageError if such a variable is not a valid proxy
 */
export const connect = (
  config: Config,
  session: Pick<Session, 'host' | 'redact' | 'signal'> & { readonly log: Log },
  more: Pick<ClientOptions, 'onLimits' | 'onRequest' | 'onWait' | 'room'> = {},
): { client: Client; close: () => Promise<void> } => {
  const { env } = session.host;
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') session.log.warning(UNVERIFIED);
  const server = new URL(config.base_url);
  const { dispatcher, close } = createDispatcher({
    // No proxy is used to reach this machine itself, whatever NO_PROXY says.
    proxy: isLoopback(server) ? null : proxyFor(server, env),
    max_concurrency: config.max_concurrency,
    request_timeout_seconds: config.request_timeout_seconds,
  });
  const { authorization, ownSecrets } = credentialsOf(config);
  const client = createClient({
    transport: createTransport({
      base_url: config.base_url,
      authorization,
      user_agent: config.user_agent,
      dispatcher,
      request_timeout_seconds: config.request_timeout_seconds,
      largestPage: largestPage(memoryLimits(session.host)),
    }),
    clock: systemClock,
    log: session.log,
    redact: session.redact,
    ownSecrets,
    signal: session.signal,
    max_concurrency: config.max_concurrency,
    rate_limit_share: config.rate_limit_share,
    ...more,
    max_retries: config.max_retries,
    max_retry_seconds: config.max_retry_seconds,
    probe: { method: 'GET', path: ME },
    throttledEarly: [SEARCH.path],
  });
  return { client, close };
};
