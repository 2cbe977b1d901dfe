import type { Body } from './read-body.ts';

/** One request to the API. It only reads: a POST is a search. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** The path below the base URL: `/lead/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The stream for which it is sent, for metrics and messages. None if it is for several streams. */
  readonly stream?: string | undefined;
}

/** One answer, whatever its status. */
export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /**
   * The body of a large page; `text` is empty then. It is decoded when there is room for its rows. Its reader sets it
   * to null, since promises may hold the reply until the next full garbage collection.
   */
  page?: Body | null;
}

export type Send = (request: ApiRequest, signal: AbortSignal) => Promise<Reply>;

/** One task of the HTTP client, wrapped around the next one. */
export type Layer = (next: Send) => Send;

/** Joins layers; `layers[0]` is the outermost. */
export const compose = (layers: readonly Layer[], transport: Send): Send =>
  layers.reduceRight((next, layer) => layer(next), transport);

/** Whether the server did what it was asked to do. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** The name of a request in messages, such as `GET /lead/`. It never holds credentials. */
export const nameOf = (request: ApiRequest): string => `${request.method} ${request.path}`;

/** The paths to which a request belongs, as far as is known: its method, and the first part of its path. */
export const groupOf = ({ method, path }: ApiRequest): string => `${method} /${path.split('/')[1] ?? ''}/`;
