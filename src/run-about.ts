import { EXIT_OK } from './errors.ts';
import type { Session } from './session.ts';
import { settings } from './settings.ts';
import { renderAbout } from './tap/about.ts';

/** Prints what the tap is and every setting. */
export const runAbout = async (
  { format }: { readonly format: 'text' | 'json' | 'markdown' },
  session: Session,
): Promise<number> => {
  await session.print(renderAbout(session.version, settings, format));
  return EXIT_OK;
};
