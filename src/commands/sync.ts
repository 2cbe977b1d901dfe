import { EXIT_INCOMPLETE, EXIT_OK } from '../errors.ts';
import type { SelectedStream } from '../singer/selection.ts';
import { streams } from '../streams/index.ts';
import { summarize } from '../tap/summary.ts';
import { sync } from '../tap/sync.ts';
import { openTap, type TapFiles } from './open-tap.ts';
import type { Session } from './session.ts';

const validator = async (): Promise<(stream: SelectedStream) => (text: string) => string | null> => {
  const { compileValidate } = await import('../schema/validate.ts');
  return ({ schema }) => compileValidate(schema);
};

/**
 * Reads the files, all their mistakes before any request, and syncs.
 * @param enough records of each stream; null for all
 */
export const runSync = async (
  files: TapFiles,
  session: Session,
  enough: number | null = null,
): Promise<number> => {
  const { signal } = session;
  // Whoever tries the tap out does not wait for the end of an outage.
  const tap = await openTap(files, session, {
    adjust: (config) => (enough === null ? config : { ...config, maxRetrySeconds: 0 }),
  });
  const { client, clock, config } = tap;
  const from = clock.now();
  try {
    const outcome = await sync({
      selected: tap.selection.streams,
      definitions: streams,
      client,
      fieldDefinitions: tap.definitions,
      config,
      state: tap.state,
      writer: tap.writer,
      log: session.log,
      clock,
      signal,
      abort: session.abort,
      onProgress: session.onProgress,
      onEnd: session.onEnd,
      validate: config.validateRecords ? await validator() : null,
      enough,
    });
    // A signal, a reader that went away, or a key that is not valid: whoever catches it says so.
    if (signal.aborted) throw signal.reason;
    const { info, failures } = summarize(outcome, (clock.now() - from) / 1000);
    session.log.info(info);
    for (const failure of failures) session.log.critical(failure);
    return failures.length > 0 ? EXIT_INCOMPLETE : EXIT_OK;
  } finally {
    await tap.close();
  }
};
