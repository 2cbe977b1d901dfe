import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, bodyOf, unauthorized, urlNotFound } from './api-error.ts';
import type { Answer, Call, Route } from './call.ts';
import { accountRoutes } from './endpoints/account.ts';
import { activityRoutes } from './endpoints/activities.ts';
import { customFieldRoutes } from './endpoints/custom-fields.ts';
import { eventRoutes } from './endpoints/events.ts';
import { leadRoutes } from './endpoints/leads.ts';
import { searchRoutes } from './endpoints/search.ts';
import { settingRoutes } from './endpoints/settings.ts';
import { taskRoutes } from './endpoints/tasks.ts';
import { breakAnswer, createFaults } from './faults.ts';
import { bodyRefusal, type Incoming, keyOf, readIncoming } from './incoming.ts';
import type { Organisation } from './organisation.ts';
import { Params } from './params.ts';
import { createLimiter, groupOf } from './rate-limit.ts';
import { defaultOptions, type LoggedRequest, type SandboxOptions } from './sandbox-options.ts';

/** A running sandbox on the loopback interface. */
export interface Sandbox {
  /** The address, which ends in `/api/v1`. */
  readonly url: string;
  readonly organisation: Organisation;
  readonly options: SandboxOptions;
  readonly requests: LoggedRequest[];
  /** Every parameter that was ignored, in order. */
  readonly ignored: { readonly path: string; readonly name: string }[];
  readonly inFlight: number;
  readonly maxInFlight: number;
  close(): Promise<void>;
}

export async function startSandbox(
  organisation: Organisation,
  given: Partial<SandboxOptions> & { port?: number } = {},
): Promise<Sandbox> {
  const { port = 0, ...rest } = given;
  const options: SandboxOptions = { ...defaultOptions(), ...rest };
  const requests: LoggedRequest[] = [];
  const ignored: { path: string; name: string }[] = [];
  const routes: readonly Route[] = [
    ...accountRoutes,
    ...activityRoutes,
    ...taskRoutes,
    ...eventRoutes,
    ...leadRoutes,
    ...customFieldRoutes,
    ...settingRoutes,
    ...searchRoutes(organisation.store),
  ];
  const chooseFault = createFaults();
  const limiter = createLimiter();
  let inFlight = 0;
  let maxInFlight = 0;

  const answer = (incoming: Incoming): Answer => {
    const { method, path } = incoming;
    if (options.missing.includes(path)) throw urlNotFound();
    if (options.forbidden.includes(path))
      throw new ApiError(403, { error: 'You do not have permission to access this resource.' });
    const matching = routes.filter((route) => route.pattern.test(path));
    if (matching.length === 0) throw urlNotFound();
    const route = matching.find((each) => each.method === method);
    if (route === undefined)
      throw new ApiError(405, { error: 'The method is not allowed for the requested URL.' });
    const params = new Params(incoming.params, ignoredAt(path, options));
    const call: Call = {
      path,
      captures: route.pattern.exec(path)?.slice(1) ?? [],
      params,
      body: incoming.body,
      offset: incoming.offset,
      organisation,
      store: organisation.store,
      options,
      now: organisation.store.tick(),
      ignore: (name) => ignored.push({ path, name }),
    };
    try {
      return route.answer(call);
    } finally {
      for (const name of params.ignored()) ignored.push({ path, name });
    }
  };

  const wordsOf = (error: ApiError, path: string): unknown => bodyOf(error, options.errorBodies, path);

  const answerOrError = (incoming: Incoming): Answer => {
    try {
      return answer(incoming);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { status: error.status, text: JSON.stringify(wordsOf(error, incoming.path)), rows: 0 };
    }
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const incoming = await readIncoming(message, options.methodOverride);
    const { method, path, params, body } = incoming;
    const at = organisation.clock();
    const logged: LoggedRequest = {
      at,
      method,
      path,
      params,
      body,
      headers: message.headers,
      status: 0,
      rows: 0,
    };
    requests.push(logged);
    await options.beforeRequest?.(logged, organisation);
    const latency = typeof options.latencyMs === 'function' ? options.latencyMs(logged) : options.latencyMs;
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    const send = (status: number, text: string, headers: Record<string, string> = {}): void => {
      logged.status = status;
      const bytes = Buffer.from(text);
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': bytes.length,
        server: 'envoy',
        date: dateOf(organisation, options),
        ...headers,
      });
      response.end(bytes);
    };
    const whole = `http://${message.headers.host}${message.url}`;
    if (whole.length > options.longestUrl) return send(414, '<html><body>414 URI Too Long</body></html>');
    if (incoming.redirect !== undefined) return send(301, '', { location: incoming.redirect });

    const key = keyOf(message);
    const { rateLimit, strictSearch } = options;
    const verdict = rateLimit && limiter.judge(rateLimit, key ?? 'none', groupOf(method, path));
    if (verdict?.allowed === false) return send(429, verdict.body, verdict.headers);
    if (strictSearch !== undefined && path === '/data/search/') {
      const strict = limiter.search(strictSearch, key ?? 'none', rateLimit);
      if (!strict.allowed) return send(429, strict.body, strict.headers);
    }
    if (key === undefined || !options.apiKeys.includes(key))
      return send(401, JSON.stringify(wordsOf(unauthorized(), path), null, 4), verdict?.headers);

    const refusal = bodyRefusal(message);
    if (refusal !== undefined) return send(refusal.status, JSON.stringify(refusal.body), verdict?.headers);
    const fault = chooseFault(options.faults, logged);
    if (fault !== undefined) {
      logged.status =
        fault.kind === 'status' ? fault.status : fault.kind === 'reset' || fault.kind === 'hang' ? 0 : 200;
      await breakAnswer(fault, response, () => answerOrError(incoming).text);
      return;
    }
    const result = answerOrError(incoming);
    logged.rows = result.rows;
    const text = options.onAnswer?.(result.text, logged) ?? result.text;
    send(result.status ?? 200, text, verdict?.headers);
  };

  const server = createServer((message, response) => {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    response.once('close', () => {
      inFlight -= 1;
    });
    serve(message, response).catch((error: unknown) => {
      const known = error instanceof ApiError;
      if (!response.headersSent)
        response.writeHead(known ? error.status : 500, { 'content-type': 'application/json' });
      const trouble = error instanceof Error ? error.stack : String(error);
      response.end(JSON.stringify(known ? error.body : { error: `sandbox: ${trouble}` }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    organisation,
    options,
    requests,
    ignored,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The parameters that are ignored at a path. */
function ignoredAt(path: string, { orderIgnored, filtersIgnored }: SandboxOptions): string[] {
  return [...orderIgnored, ...filtersIgnored].flatMap((entry) => {
    const [first = '', name] = entry.split(' ');
    return name === undefined ? [first] : first === path ? [name] : [];
  });
}

function dateOf(organisation: Organisation, { clockSkewMs }: SandboxOptions): string {
  return new Date(organisation.clock() + clockSkewMs).toUTCString();
}
