import { ProtocolError } from '../errors.ts';
import { isRow } from './row.ts';
import type { Api } from './walk.ts';

/** The user to whom the key belongs, and the organizations of that user, as text for people. */
export interface Me {
  readonly user: string;
  readonly organizations: readonly string[];
}

/** The path that names the user of the key. It needs no permission, so it answers if the key is valid. */
export const ME = '/me/';

const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The id of the user. @throws ProtocolError when the answer is not a user */
export const userId = (me: unknown): string => {
  if (isRow(me)) return me.id;
  throw new ProtocolError('the answer does not name the user of the key');
};

/** The id of one of the organizations, which may come as objects or as ids; null if it has none. */
export const organizationId = (organization: unknown): string | null => {
  if (isFilled(organization)) return organization;
  return isRow(organization) ? organization.id : null;
};

const nameOf = (organization: unknown): string[] => {
  const id = organizationId(organization);
  if (id === null) return [];
  if (!isRow(organization)) return [id];
  return [`${isFilled(organization.name) ? organization.name : 'unnamed'} (${id})`];
};

/** @throws ProtocolError when the answer is not a user */
export const readMe = (api: Api): Promise<Me> =>
  api.fetch({ method: 'GET', path: ME }, (body) => {
    if (!isRow(body)) throw new ProtocolError('the answer is not a user');
    const { id, email, first_name, last_name, organizations } = body;
    const name = [first_name, last_name].filter(isFilled).join(' ');
    return {
      user: `${name || 'unnamed'} <${isFilled(email) ? email : '-'}> (${id})`,
      organizations: Array.isArray(organizations) ? organizations.flatMap(nameOf) : [],
    };
  });
