import type { IncomingMessage } from 'node:http';
import { type ApiError, badRequest } from './api-error.ts';
import type { Row } from './table.ts';

/** A request, parsed. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly offset: number;
  /** Where a path without its last slash is redirected to. */
  readonly redirect: string | undefined;
}

const ROOT = '/api/v1';

/**
 * Reads path, parameters and body. A POST with `x-http-method-override: GET` counts as a GET, and only `_params` counts if
 * the body has it. Any other POST never counts as a GET.
 */
export async function readIncoming(message: IncomingMessage, mayOverride: boolean): Promise<Incoming> {
  const url = new URL(message.url ?? '/', 'http://sandbox');
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body = text === '' ? null : parse(text);
  const path = url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : `/outside${url.pathname}`;
  const override = String(message.headers['x-http-method-override'] ?? '').toUpperCase();
  const given = (body as Row | null)?._params as Row | undefined;
  const isGet = mayOverride && override === 'GET' && message.method === 'POST';
  const params =
    isGet && given !== undefined
      ? Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat().join(',')]))
      : Object.fromEntries(url.searchParams);
  return {
    method: isGet ? 'GET' : (message.method ?? 'GET'),
    path,
    params,
    body,
    offset: Number(message.headers['x-tz-offset'] ?? 0) || 0,
    redirect: path.endsWith('/') ? undefined : `${url.pathname}/${url.search}`,
  };
}

/** The key from Basic (as the user name) or Bearer; undefined if there is none. */
export function keyOf(message: IncomingMessage): string | undefined {
  const [scheme, value] = (message.headers.authorization ?? '').split(' ');
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === 'bearer') return value;
  const decoded = Buffer.from(value, 'base64').toString();
  // Without a colon, it is not a valid Basic credential.
  return decoded.includes(':') ? decoded.slice(0, decoded.indexOf(':')) : undefined;
}

/** How Close refuses a body before it parses it; undefined if it accepts the body. */
export function bodyRefusal({ method, headers }: IncomingMessage): ApiError | undefined {
  if (headers['transfer-encoding'] === 'chunked')
    return badRequest('Chunked Transfer-Encoding is not supported.');
  if (method !== 'POST' || /^application\/json\b/.test(headers['content-type'] ?? '')) return undefined;
  return badRequest("Please send valid JSON with a 'Content-Type: application/json' header.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The request contains invalid JSON.');
  }
}
