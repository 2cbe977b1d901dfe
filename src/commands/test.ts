import { EXIT_OK } from '../errors.ts';
import { createOutput } from '../singer/output.ts';
import { selectStreams } from '../singer/selection.ts';
import { MessageWriter } from '../singer/writer.ts';
import { streams } from '../streams/index.ts';
import { columnsInCatalog } from '../tap/custom-columns.ts';
import { describeStreams } from '../tap/describe-streams.ts';
import { readCatalog } from './read-catalog.ts';
import type { Session } from './session.ts';
import { runSync, type SyncFiles } from './sync.ts';

/** Writes the schemas alone, for whoever creates tables beforehand; or reads one record of each stream, as a trial. */
export const runTest = async (
  { level, ...files }: SyncFiles & { readonly level: 'all' | 'schema' },
  session: Session,
): Promise<number> => {
  if (level === 'all') return runSync(files, session, 1);
  const catalog = await readCatalog(files.catalog, session.signal);
  const selection = selectStreams(
    describeStreams(streams, { customColumns: (stream) => columnsInCatalog(catalog, stream) }),
    catalog,
  );
  for (const warning of selection.warnings) session.log.warning(warning);
  const writer = new MessageWriter(createOutput(session.host.stdout));
  for (const stream of selection.streams) await writer.schema(stream);
  await writer.flush();
  return EXIT_OK;
};
