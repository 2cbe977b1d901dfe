import { ProtocolError } from '../errors.ts';
import { isRecord } from '../json/is-record.ts';
import { isMissing } from './refusals.ts';
import { isRow, type Row } from './row.ts';
import type { Api } from './walk.ts';

/** Fields of one object, by name, as Close sends them. */
export type FieldValues = Readonly<Record<string, unknown>>;

/**
 * The path of one object.
 * @param path its path without the id
 */
export const pathOfOne = (path: string, id: string): string => `${path}${encodeURIComponent(id)}/`;

/**
 * A parser for the answer to a request for some fields of one object. The id may be missing in it.
 * @throws ProtocolError for anything else. It may come from a gateway, so the request is sent again
 */
export const fieldsWith =
  (id: string) =>
  (body: unknown): FieldValues => {
    if (!isRecord(body)) throw new ProtocolError('the answer is not an object');
    if (typeof body.id === 'string' && body.id !== id)
      throw new ProtocolError(`asked for ${id}, the server answered with ${body.id}`);
    return body;
  };

/** The same for a request for a whole object, which must have its id. */
export const objectWith =
  (id: string) =>
  (body: unknown): Row => {
    const object = fieldsWith(id)(body);
    if (!isRow(object)) throw new ProtocolError('the answer is not an object with an id');
    return object;
  };

/**
 * Asks for one object.
 * @param path its path without the id
 */
export const fetchObject = (
  path: string,
  id: string,
  { api, stream }: { readonly api: Api; readonly stream?: string | undefined },
): Promise<Row> =>
  api.fetch(
    { method: 'GET', path: pathOfOne(path, id), ...(stream === undefined ? {} : { stream }) },
    objectWith(id),
  );

/** The same; null if there is no such object. */
export const fetchIfThere = async (...asked: Parameters<typeof fetchObject>): Promise<Row | null> => {
  try {
    return await fetchObject(...asked);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return null;
  }
};
