import { ProtocolError } from '../errors.ts';
import { isRow } from './row.ts';
import type { Api } from './walk.ts';

/** The user to whom the key belongs, and the organisations of that user, as text for people. */
export interface Me {
  readonly user: string;
  readonly organisations: readonly string[];
}

/** The path that names the user of the key. It needs no permission, so it answers if the key is valid. */
export const ME = '/me/';

const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** `/me/` may bring the organisations as objects or as ids. */
const nameOf = (organisation: unknown): string[] => {
  if (isFilled(organisation)) return [organisation];
  if (!isRow(organisation)) return [];
  return [`${isFilled(organisation.name) ? organisation.name : 'unnamed'} (${organisation.id})`];
};

/** @throws ProtocolError when the answer is not a user */
export const readMe = (api: Api): Promise<Me> =>
  api.fetch({ method: 'GET', path: ME }, (body) => {
    if (!isRow(body)) throw new ProtocolError('the answer is not a user');
    const { id, email, first_name, last_name, organizations } = body;
    const name = [first_name, last_name].filter(isFilled).join(' ');
    return {
      user: `${name || 'unnamed'} <${isFilled(email) ? email : '-'}> (${id})`,
      organisations: Array.isArray(organizations) ? organizations.flatMap(nameOf) : [],
    };
  });
