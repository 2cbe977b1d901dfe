import { ProtocolError } from '../errors.ts';
import { isRow, type Row } from './row.ts';

/**
 * Reads the answer to a request for one object.
 * @throws ProtocolError for anything else, which may be a gateway's word and is asked for again
 */
export const objectWith =
  (id: string) =>
  (body: unknown): Row => {
    if (!isRow(body)) throw new ProtocolError('the answer is not an object with an id');
    if (body.id !== id) throw new ProtocolError(`asked for ${id}, the server answered with ${body.id}`);
    return body;
  };
