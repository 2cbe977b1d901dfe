import { ProtocolError } from '../../errors.ts';
import { isRecord } from '../../json/is-record.ts';
import { ALL_TIME } from '../../time/span.ts';
import { ME, organizationId } from '../me.ts';
import { fieldsWith, pathOfOne } from '../one-object.ts';
import { isClosed, isMissing } from '../refusals.ts';
import { isRow } from '../row.ts';
import type { Walk, WalkContext } from '../walk.ts';

/**
 * A list in a field of an object.
 * @throws ProtocolError when there is none: the answer is then not the object that was asked for
 */
export const listIn = (body: unknown, field: string): readonly unknown[] => {
  const list = isRecord(body) ? body[field] : undefined;
  if (!Array.isArray(list)) throw new ProtocolError(`the answer has no list ${field}`);
  return list;
};

const get = <T>(path: string, parse: (body: unknown) => T, context: WalkContext): Promise<T> =>
  context.api.fetch({ method: 'GET', path, stream: context.stream }, parse);

/**
 * Reads the organizations of the key's user, each by itself. Close has no list of them, but `/me/` names them.
 * @param rowsOf takes an organization and its id, and returns its rows
 */
export const byOrganization = (rowsOf: (organization: unknown, id: string) => readonly unknown[]): Walk => ({
  along: null,
  read: async (_, context, emit) => {
    const named = await get(ME, (body) => listIn(body, 'organizations').map(organizationId), context);
    const organizations = named.filter((id) => id !== null);
    context.withoutId(named.length - organizations.length);
    const closed: unknown[] = [];
    for (const id of organizations) {
      try {
        const parse = (body: unknown): readonly unknown[] => rowsOf(fieldsWith(id)(body), id);
        const found = await get(pathOfOne('/organization/', id), parse, context);
        const rows = found.filter(isRow);
        context.withoutId(found.length - rows.length);
        await emit(rows, []);
      } catch (error) {
        // A key belongs to one organization, but its user may belong to others too.
        if (!isClosed(error) && !isMissing(error)) throw error;
        closed.push(error);
        context.warn(`${id} is an organization of the key's user, but the key may not read it`);
      }
    }
    if (organizations.length === 0) throw new ProtocolError(`GET ${ME}: the key belongs to no organization`);
    if (closed.length === organizations.length) throw closed[0];
    await emit([], [ALL_TIME]);
  },
});
