import { renderAbout } from '../config/about.ts';
import { settings } from '../config/settings.ts';
import { EXIT_OK } from '../errors.ts';
import type { Session } from './session.ts';

/** Prints what the tap is and every setting. */
export const runAbout = async (
  { format }: { readonly format: 'text' | 'json' | 'markdown' },
  session: Session,
): Promise<number> => {
  await session.print(renderAbout(session.version, settings, format));
  return EXIT_OK;
};
