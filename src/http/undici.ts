import { createRequire } from 'node:module';
import type undici from 'undici';

const load = createRequire(import.meta.url);

/**
 * The two parts of undici that are used here. The main module of undici also loads `fetch`, WebSockets and a mock
 * server, which need 9 MiB in each run. The paths of the parts may change with any version of undici, so package.json
 * names one exact version.
 */
export const Agent: typeof undici.Agent = load('undici/lib/dispatcher/agent.js');
export const requestOver: undici.Dispatcher['request'] = load('undici/lib/api/api-request.js');
