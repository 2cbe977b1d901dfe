import type { Dispatcher } from 'undici';
import type { Config } from '../config/config.ts';
import { createConnector } from './connector.ts';
import type { ProxyAddress } from './proxy-address.ts';
import { Agent } from './undici.ts';

const LONGEST_CONNECT_MS = 15_000;

export interface DispatcherOptions extends Pick<Config, 'max_concurrency' | 'request_timeout_seconds'> {
  /** The proxy to go through; null for none. */
  readonly proxy: ProxyAddress | null;
}

/** The connections to the server. */
export const createDispatcher = (
  options: DispatcherOptions,
): { readonly dispatcher: Dispatcher; readonly close: () => Promise<void> } => {
  const { proxy, max_concurrency, request_timeout_seconds } = options;
  const connector = createConnector({
    proxy,
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
