import { ApiError, ProtocolError } from '../errors.ts';
import { isRecord } from './is-record.ts';
import { isRow, type Row } from './row.ts';
import { END, START } from './span.ts';
import type { Walk, WalkContext } from './walk.ts';

/** Of an object that was read, a list; anything else is not the object that was asked for. */
const listIn = (body: unknown, field: string): readonly unknown[] => {
  const list = isRecord(body) ? body[field] : undefined;
  if (!Array.isArray(list)) throw new ProtocolError(`the answer has no list ${field}`);
  return list;
};

/** The organisations of the key's user come whole in one place and as ids in others. */
const idOf = (organisation: unknown): string[] => {
  if (typeof organisation === 'string') return [organisation];
  return isRow(organisation) ? [organisation.id] : [];
};

const get = <T>(path: string, parse: (body: unknown) => T, context: WalkContext): Promise<T> =>
  context.api.fetch({ method: 'GET', path, stream: context.stream }, parse);

/** The lists of an organisation that hold its members. */
export interface MembershipOptions {
  readonly active: string;
  readonly inactive: string;
}

/** A key belongs to one organisation, its user maybe to more. */
const isClosed = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 403 || error.status === 404);

/**
 * Who belongs to the organisation, and who did: Close lists neither, but an organisation brings both. Each row tells
 * which it is, and of which organisation.
 */
export const byMembership = ({ active, inactive }: MembershipOptions): Walk => ({
  along: null,
  read: async (_, context) => {
    const organisations = await get('/me/', (body) => listIn(body, 'organizations').flatMap(idOf), context);
    const closed: unknown[] = [];
    for (const id of organisations) {
      const parse = (body: unknown): object[] => {
        const answered = isRow(body) ? body.id : id;
        if (answered !== id) throw new ProtocolError(`asked for ${id}, the server answered with ${answered}`);
        return [true, false].flatMap((isActive) =>
          listIn(body, isActive ? active : inactive).map((member) => ({
            ...(isRecord(member) ? member : {}),
            organization_id: id,
            is_active: isActive,
          })),
        );
      };
      try {
        const members = await get(`/organization/${encodeURIComponent(id)}/`, parse, context);
        const rows: Row[] = members.filter(isRow);
        context.nameless(members.length - rows.length);
        await context.emit(rows, []);
      } catch (error) {
        if (!isClosed(error)) throw error;
        closed.push(error);
        context.warn(`${id} is an organisation of the key's user which the key may not read`);
      }
    }
    if (organisations.length === 0) throw new ProtocolError('the key belongs to no organisation');
    if (closed.length === organisations.length) throw closed[0];
    await context.emit([], [{ from: START, to: END }]);
  },
});
