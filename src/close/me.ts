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

/** `/me/` may bring the organizations as objects or as ids. */
const nameOf = (organization: unknown): string[] => {
  if (isFilled(organization)) return [organization];
  if (!isRow(organization)) return [];
  return [`${isFilled(organization.name) ? organization.name : 'unnamed'} (${organization.id})`];
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
