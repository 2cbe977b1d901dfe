import type { Dispatcher } from 'undici';
import type { Config } from '../config/config.ts';
import { createConnector } from './connector.ts';
import { proxyFor } from './proxy-address.ts';
import { Agent } from './undici.ts';

const LONGEST_CONNECT_MS = 15_000;

const isLoopback = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);

export interface DispatcherOptions
  extends Pick<Config, 'base_url' | 'max_concurrency' | 'request_timeout_seconds'> {
  /** The environment; its usual variables may name a proxy. */
  readonly env: NodeJS.ProcessEnv;
}

/** The connections to the server. @throws UsageError when a variable holds an invalid proxy */
export const createDispatcher = (
  options: DispatcherOptions,
): { readonly dispatcher: Dispatcher; readonly close: () => Promise<void> } => {
  const { base_url, max_concurrency, request_timeout_seconds, env } = options;
  const connector = createConnector({
    // No proxy is used to reach this machine itself, whatever NO_PROXY says.
    proxy: isLoopback(base_url) ? null : proxyFor(new URL(base_url), env),
    timeoutMs: Math.min(request_timeout_seconds * 1000, LONGEST_CONNECT_MS),
  });
  const dispatcher = new Agent({ connections: max_concurrency, connect: connector.connect });
  return {
    dispatcher,
    close: async () => {
      connector.destroy();
      await dispatcher.destroy();
    },
  };
};
