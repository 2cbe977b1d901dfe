import { z } from 'zod';
import type { Api } from './walk.ts';

/** The user to whom the key belongs, and the organisations of that user, as text for people. */
export interface Me {
  readonly user: string;
  readonly organisations: readonly string[];
}

const meSchema = z.object({
  id: z.string(),
  email: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  organizations: z.array(z.object({ id: z.string(), name: z.string().nullish() })).nullish(),
});

/** The path that names the user of the key. It needs no permission, so it answers if the key is valid. */
export const ME = '/me/';

export const readMe = (api: Api): Promise<Me> =>
  api.fetch({ method: 'GET', path: ME }, (body) => {
    const me = meSchema.parse(body);
    const name = [me.first_name, me.last_name].filter(Boolean).join(' ');
    return {
      user: `${name || 'unnamed'} <${me.email ?? '-'}> (${me.id})`,
      organisations: (me.organizations ?? []).map((one) => `${one.name ?? 'unnamed'} (${one.id})`),
    };
  });
