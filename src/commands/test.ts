import type { TestCommand } from '../cli/command.ts';
import { EXIT_OK } from '../errors.ts';
import { openTap, withShortWaits } from './open-tap.ts';
import type { Session } from './session.ts';
import { runSync } from './sync.ts';

/** Writes only the schemas, so that tables can be created before a sync; or reads one record of each stream as a trial. */
export const runTest = async ({ level, ...files }: TestCommand, session: Session): Promise<number> => {
  if (level === 'all') return runSync(files, session, 1);
  const { writer, selection, close } = await openTap(files, session, { adjust: withShortWaits });
  try {
    for (const stream of selection.streams) await writer.schema(stream);
    await writer.flush();
    return EXIT_OK;
  } finally {
    await close();
  }
};
