import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXIT_INCOMPLETE, EXIT_OK, messageOf, UsageError } from '../errors.ts';
import type { TapReport } from '../pipeline/tap-report.ts';
import { writeAtomically } from '../state-file/write-atomically.ts';
import { printableJson } from '../terminal/printable.ts';
import { fromMillis } from '../time/instant.ts';
import { formatSecond } from '../time/rfc3339.ts';
import { checkOutputFile } from './output-file.ts';
import type { Session } from './session.ts';

/** When a run began and ended, and the seconds between. */
export const timesOf = (startedMs: number, endedMs: number) => ({
  started_at: formatSecond(fromMillis(startedMs)),
  ended_at: formatSecond(fromMillis(endedMs)),
  seconds: secondsOf(endedMs - startedMs),
});

/** Seconds with three places. */
export const secondsOf = (ms: number): number => Math.round(ms) / 1000;

const describeCompleteness = ({ completeness }: TapReport['streams'][string]): string =>
  completeness === null ? '' : `; ${completeness.read} of ${completeness.counted} counted`;

/** The last line of a log: what a run came to. */
export const describeReport = (report: TapReport, reason: string = report.exit.reason): string => {
  const streams = Object.entries(report.streams);
  const records = streams.reduce((sum, [, stream]) => sum + stream.records, 0);
  const waits = report.waits.seconds < 0.05 ? '' : `, ${report.waits.seconds.toFixed(1)} s waiting for Close`;
  const parts = streams.map(
    ([name, stream]) => `${name} ${stream.records} (${stream.requests}${describeCompleteness(stream)})`,
  );
  if (report.other_requests > 0) parts.push(`for no single stream (${report.other_requests})`);
  const each = parts.length === 0 ? '' : `; records (requests) of ${parts.join(', ')}`;
  return `${records} records in ${report.seconds.toFixed(1)} s with ${report.requests} requests${waits}${each}; ${reason}`;
};

/** Refuses, before anything is read, a file that cannot become the summary, or that is needed for something else. */
export const checkSummaryFile = async (
  file: string,
  others: readonly (string | undefined)[],
): Promise<void> => {
  const path = await checkOutputFile('--summary', file, others);
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile())
    throw new UsageError([
      `--summary: ${file}: is not a regular file, so it cannot be replaced; name a file`,
    ]);
};

/**
 * Writes a summary to the file that the user named, whole or not at all, without secrets.
 * @returns the exit code: to go without the summary makes a failure of a run that was well otherwise
 */
export const writeSummary = async (
  file: string,
  summary: object,
  code: number,
  { version, redact, log }: Pick<Session, 'version' | 'redact' | 'log'>,
): Promise<number> => {
  try {
    await writeAtomically(resolve(file), `${printableJson({ version, ...summary }, redact)}\n`);
    return code;
  } catch (error) {
    log.error(`--summary: ${messageOf(error)}`);
    return code === EXIT_OK ? EXIT_INCOMPLETE : code;
  }
};
