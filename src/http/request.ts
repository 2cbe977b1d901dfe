import type { Body } from './read-body.ts';

/** One request to the API. Reads only: a POST here is a search. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, `/lead/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The table it is for; for metrics and messages. */
  readonly stream?: string;
}

/** One answer, whatever its status. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /**
   * The body of a page, when it is large; `text` is empty then. It is decoded when there is room for its rows. Taken away
   * by whoever reads it: the promises that delivered the reply hold it until the next full collection.
   */
  page?: Body | null;
}

export type Send = (request: ApiRequest, signal: AbortSignal) => Promise<Reply>;

/** One concern of talking HTTP, wrapped around the next. */
export type Layer = (next: Send) => Send;

/** `layers[0]` is the outermost. */
export const compose = (layers: readonly Layer[], transport: Send): Send =>
  layers.reduceRight((next, layer) => layer(next), transport);

/** `GET /lead/`, the name of a request in messages; never holds credentials. */
export const nameOf = (request: ApiRequest): string => `${request.method} ${request.path}`;
