import type { FieldsCommand, StreamsCommand } from '../cli/lists.ts';
import { EXIT_OK } from '../errors.ts';
import { streams } from '../streams/index.ts';
import { describeStreams } from '../tap/describe-streams.ts';
import { fieldRows, listFields, listStreams, streamRows } from '../tap/lists.ts';
import { renderTable } from '../terminal/columns.ts';
import { namedStream } from './named-stream.ts';
import { openTap, withShortWaits } from './open-tap.ts';
import { widthOf } from './reader.ts';
import type { Session } from './session.ts';

/** The share of the width that a name may take. A longer name has a line of its own. */
const LONGEST_NAME = 0.4;

const printTable = async (rows: readonly (readonly string[])[], session: Session): Promise<number> => {
  const width = widthOf(session);
  const longestName = Math.floor(width * LONGEST_NAME);
  await session.print(renderTable(rows, session.redact, width, longestName).join('\n'));
  return EXIT_OK;
};

/** Prints all streams. */
export const runStreams = async ({ format }: StreamsCommand, session: Session): Promise<number> => {
  const listed = listStreams(streams);
  if (format === 'text') return printTable(streamRows(listed), session);
  await session.printJson(listed);
  return EXIT_OK;
};

/** Prints the fields of a stream. With a config, it also prints the account's own columns. */
export const runFields = async (command: FieldsCommand, session: Session): Promise<number> => {
  const definition = namedStream(command.stream);
  const available =
    command.config.length === 0 ? describeStreams([definition]) : await withAccount(command, session);
  const listed = available.filter(({ name }) => name === command.stream).flatMap(listFields);
  if (command.format === 'text') return printTable(fieldRows(listed), session);
  await session.printJson(listed);
  return EXIT_OK;
};

/** The stream with the account's own columns, whatever the config selects. */
const withAccount = async ({ config, stream }: FieldsCommand, session: Session) => {
  const tap = await openTap({ config, select: [stream] }, session, { adjust: withShortWaits });
  await tap.close();
  return tap.available;
};
