import { ProtocolError } from '../errors.ts';
import { parsePagedList } from './envelope.ts';
import { isRecord } from './is-record.ts';
import { concurrently } from './paging/concurrently.ts';
import type { Row } from './row.ts';
import type { WalkContext } from './walk.ts';

/** So many ids and some eighty names make a URL of some 4 500 characters, which every gateway takes. */
const IDS_PER_REQUEST = 50;

type Context = Pick<WalkContext, 'api' | 'stream' | 'parallel'>;

/** Fields of one object, as they came. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** Fields by name of objects by their ids, from a list. What the list does not know, or not yet, is not among them. */
export const listFields = async (
  list: string,
  ids: readonly string[],
  names: readonly string[],
  { api, stream, parallel }: Context,
): Promise<ReadonlyMap<string, FieldValues>> => {
  const found = new Map<string, Row>();
  const readSome = async (some: readonly string[]): Promise<void> => {
    const query = { _fields: ['id', ...names].join(), id__in: some.join(), _limit: String(IDS_PER_REQUEST) };
    const page = await api.fetch({ method: 'GET', path: list, stream, query }, parsePagedList);
    const left = new Set(some);
    for (const row of page.rows) {
      if (!some.includes(row.id)) {
        throw new ProtocolError(
          `GET ${list}: asked for objects by id and got ${row.id} instead: the server ignored the filter`,
        );
      }
      found.set(row.id, row);
      left.delete(row.id);
    }
    // A smaller page than was asked for: those that did not come are asked for once more.
    if (page.hasMore && left.size > 0 && left.size < some.length) await readSome([...left]);
  };
  const requests = Array.from({ length: Math.ceil(ids.length / IDS_PER_REQUEST) }, (_, index) =>
    ids.slice(index * IDS_PER_REQUEST, (index + 1) * IDS_PER_REQUEST),
  );
  await concurrently(requests, parallel, readSome);
  return found;
};

/** Fields by name of one object, by itself; `path` is its path without the id. */
export const objectFields = (
  path: string,
  id: string,
  names: readonly string[],
  { api, stream }: Context,
): Promise<FieldValues> => {
  const query = { _fields: ['id', ...names].join() };
  const request = { method: 'GET', path: `${path}${encodeURIComponent(id)}/`, stream, query } as const;
  return api.fetch(request, (body) => {
    if (!isRecord(body)) throw new ProtocolError('the answer is not an object');
    if (typeof body.id === 'string' && body.id !== id)
      throw new ProtocolError(`asked for ${id}, the server answered with ${body.id}`);
    return body;
  });
};
