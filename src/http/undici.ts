import { createRequire } from 'node:module';
import type undici from 'undici';

const load = createRequire(import.meta.url);

/**
 * The two parts of undici that are needed here. Its main module also loads a whole `fetch`, WebSockets and a mock server,
 * which take 9 MiB of every run. Such paths may change with any version of undici, so package.json names one.
 */
export const Agent: typeof undici.Agent = load('undici/lib/dispatcher/agent.js');
export const requestOver: undici.Dispatcher['request'] = load('undici/lib/api/api-request.js');
