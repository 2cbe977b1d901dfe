import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { VerifyCommand } from '../cli/verify.ts';
import { EXIT_INCOMPLETE, EXIT_OK, endsTheRun, messageOf, ReaderGoneError, UsageError } from '../errors.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { meaningOf } from '../tap/check.ts';
import { createClocks } from '../tap/clocks.ts';
import { openStream } from '../tap/open-stream.ts';
import { createRun, type Run } from '../tap/run.ts';
import type { Redact } from '../terminal/redact.ts';
import { type Held, readHeld } from '../verify/held.ts';
import { type Repair, verifyStream } from '../verify/verify-stream.ts';
import { nameOfInput, openInput } from './input.ts';
import { namedStream } from './named-stream.ts';
import { type OpenTap, openTap } from './open-tap.ts';
import { checkOutputFile } from './output-file.ts';
import { widthOf } from './reader.ts';
import type { Session } from './session.ts';
import { isComplete, renderVerified, type VerifiedStream, verifiedAsJson } from './verify-report.ts';

/** The width of the report. It is wider than usual, because the table has many columns. */
const USUAL_WIDTH = 100;

const readIds = async (
  { ids, streams: names }: VerifyCommand,
  session: Session,
): Promise<ReadonlyMap<StreamDefinition, Held>> => {
  const named = [...new Set(names)].map(namedStream);
  const source = nameOfInput(ids);
  if (ids === '-' && session.host.stdin.isTTY)
    throw new UsageError(['no --ids given and nothing piped in: give the ids of the warehouse']);
  try {
    return await readHeld(await openInput(ids, session), source, named, namedStream);
  } catch (error) {
    if (session.signal.aborted) throw session.signal.reason;
    if (error instanceof UsageError) throw error;
    throw new UsageError([`${source}: cannot be read: ${messageOf(error)}`]);
  }
};

/** Opens an output file; null if the option is not given. @throws UsageError if the file cannot be written */
const openFile = async (option: '--list' | '--repair', command: VerifyCommand): Promise<Writable | null> => {
  const { config, state, catalog, ids, list, repair } = command;
  const file = option === '--list' ? list : repair;
  if (file === undefined || (option === '--repair' && file === '-')) return null;
  const others = [...config, state, catalog, ids, option === '--list' ? repair : list];
  const stream = createWriteStream(await checkOutputFile(option, file, others));
  await new Promise<void>((opened, failed) => {
    stream.once('open', () => opened());
    stream.once('error', (error) => failed(new UsageError([`${option}: ${file}: ${error.message}`])));
  });
  return stream;
};

/** The run that all streams share. It writes no state and reports no progress. */
const runOf = (tap: OpenTap, { log }: Session): Run =>
  createRun({
    api: tap.client,
    config: tap.config,
    state: tap.state,
    clock: tap.clock,
    clocks: createClocks(tap.clock, tap.client.serverStart),
    log,
    writer: tap.writer,
    fieldDefinitions: tap.definitions,
    // No state is written, so the bookmarks stay where they are.
    settle: () => tap.writer.room(),
    onProgress: () => {},
    enough: null,
    validate: null,
    onEvents: null,
  });

/** Writes rows as a sync does, with the schema before the first row. */
const repairOf = (definition: StreamDefinition, { selection, writer }: OpenTap, run: Run): Repair => {
  const selected = selection.streams.find(({ name }) => name === definition.name);
  if (!selected) throw new Error(`${definition.name} is not selected`);
  const stream = openStream(selected, definition, run);
  let announced: Promise<void> | null = null;
  return {
    context: stream.context,
    write: async (rows) => {
      announced ??= writer.schema(selected);
      await announced;
      await stream.ready;
      stream.write(await stream.fillIn(rows), null);
      await run.settle();
    },
  };
};

/** @throws UsageError if the catalog or --select leaves out a stream that should be verified */
const checkSelected = (definitions: Iterable<StreamDefinition>, { selection }: OpenTap): void => {
  const names = [...definitions].map(({ name }) => name);
  const left = names.filter((name) => !selection.streams.some((stream) => stream.name === name));
  if (left.length > 0)
    throw new UsageError([`cannot verify a stream that is not selected: ${left.join(', ')}`]);
};

function* listed(verified: readonly VerifiedStream[], redact: Redact): Generator<string> {
  yield 'stream,what,id\n';
  for (const { name, verdict } of verified)
    for (const { what, id } of verdict?.findings() ?? []) yield `${name},${what},${redact(id)}\n`;
}

const report = async (
  verified: readonly VerifiedStream[],
  { format, repair }: VerifyCommand,
  session: Session,
): Promise<void> => {
  if (format === 'json') return session.printJson(verifiedAsJson(verified));
  const lines = renderVerified(verified, widthOf(session, USUAL_WIDTH), session.redact);
  if (repair !== '-') return session.print(lines.join('\n'));
  // Standard output has the Singer messages, so the report goes to the log.
  for (const line of lines) if (line !== '') session.log.info(line);
};

/** Compares the ids of a warehouse with those of Close, and repairs if asked to. @returns 0 only if nothing is missing */
export const runVerify = async (command: VerifyCommand, session: Session): Promise<number> => {
  const found = await readIds(command, session);
  const source = nameOfInput(command.ids);
  const list = await openFile('--list', command);
  const messages = await openFile('--repair', command);
  const besides = [...found.keys()].map(({ name }) => name);
  const tap = await openTap({ ...command, besides }, session, messages === null ? {} : { output: messages });
  const verified: VerifiedStream[] = [];
  try {
    checkSelected(found.keys(), tap);
    const run = runOf(tap, session);
    // One stream after the other: even one uses all that the rate limit allows.
    for (const [definition, held] of found) {
      const { name } = definition;
      const selected = tap.selection.streams.find((stream) => stream.name === name);
      if (!selected) continue;
      session.log.info(`comparing ${held.ids.size} ids with those of Close`, name);
      try {
        const repair = command.repair === undefined ? null : repairOf(definition, tap, run);
        const { replication } = selected;
        const verdict = await verifyStream({ definition, replication, held, source, run, repair });
        verified.push({ name, verdict, problem: null });
      } catch (error) {
        if (session.signal.aborted) throw session.signal.reason;
        if (endsTheRun(error) || error instanceof UsageError || error instanceof ReaderGoneError) throw error;
        verified.push({ name, verdict: null, problem: meaningOf(error) });
      }
    }
    await tap.writer.flush();
  } finally {
    await tap.close();
    messages?.end();
  }
  if (list) await pipeline(Readable.from(listed(verified, session.redact)), list);
  await report(verified, command, session);
  return isComplete(verified) ? EXIT_OK : EXIT_INCOMPLETE;
};
