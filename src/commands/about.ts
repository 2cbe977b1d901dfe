import type { AboutCommand } from '../cli/command.ts';
import { renderAbout } from '../config/about.ts';
import { settings } from '../config/settings.ts';
import { EXIT_OK } from '../errors.ts';
import type { Session } from './session.ts';

/** Prints what the tap is and every setting. */
export const runAbout = async ({ format }: AboutCommand, session: Session): Promise<number> => {
  await session.print(renderAbout(session.version, settings, format));
  return EXIT_OK;
};
