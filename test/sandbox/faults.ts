import type { ServerResponse } from 'node:http';
import type { LoggedRequest } from './sandbox-options.ts';

/** What can go wrong with an answer. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'reset' | 'hang' | 'html' | 'empty' }
  | { readonly kind: 'cut'; readonly chunked?: boolean }
  | { readonly kind: 'envelope'; readonly value: unknown }
  | { readonly kind: 'slow-body'; readonly ms: number };

/** A fault for the requests that match the rule. The first `skip` of them pass, and the next `times` fail (default 1). */
export interface FaultRule {
  readonly path?: string | RegExp;
  readonly method?: string;
  readonly skip?: number;
  readonly times?: number;
  readonly fault: Fault;
}

export type FaultSource = readonly FaultRule[] | ((request: LoggedRequest) => Fault | undefined);

/** Chooses the fault for a request, and counts how many requests each rule has matched. */
export function createFaults(): (
  source: FaultSource | undefined,
  request: LoggedRequest,
) => Fault | undefined {
  const met = new Map<FaultRule, number>();
  return (source, request) => {
    if (source === undefined) return undefined;
    if (typeof source === 'function') return source(request);
    let chosen: Fault | undefined;
    for (const rule of source) {
      if (rule.method !== undefined && rule.method !== request.method) continue;
      const matches =
        rule.path instanceof RegExp
          ? rule.path.test(request.path)
          : (rule.path ?? request.path) === request.path;
      if (!matches) continue;
      const count = met.get(rule) ?? 0;
      met.set(rule, count + 1);
      const skip = rule.skip ?? 0;
      if (count >= skip && count < skip + (rule.times ?? 1)) chosen ??= rule.fault;
    }
    return chosen;
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Breaks the answer. @returns the status that the client sees; 0 if it sees none */
export async function breakAnswer(
  fault: Fault,
  response: ServerResponse,
  body: () => string,
): Promise<number> {
  switch (fault.kind) {
    case 'status': {
      const text =
        fault.body === undefined
          ? ''
          : typeof fault.body === 'string'
            ? fault.body
            : JSON.stringify(fault.body);
      response.writeHead(fault.status, { ...JSON_TYPE, ...fault.headers }).end(text);
      return fault.status;
    }
    case 'reset':
      response.socket?.resetAndDestroy();
      return 0;
    case 'hang':
      return 0;
    case 'html':
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Close</title><p>Be right back.');
      return 200;
    case 'empty':
      response.writeHead(200, JSON_TYPE).end();
      return 200;
    case 'envelope':
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(fault.value));
      return 200;
    case 'cut': {
      const text = Buffer.from(body());
      const length = fault.chunked === true ? {} : { 'content-length': text.length };
      response.writeHead(200, { ...JSON_TYPE, ...length });
      response.write(text.subarray(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
      return 200;
    }
    case 'slow-body': {
      const text = Buffer.from(body());
      response.writeHead(200, { ...JSON_TYPE, 'content-length': text.length });
      const piece = Math.ceil(text.length / 10);
      for (let at = 0; at < text.length && !response.destroyed; at += piece) {
        response.write(text.subarray(at, at + piece));
        await new Promise((resolve) => setTimeout(resolve, fault.ms / 10));
      }
      response.end();
      return 200;
    }
  }
}
