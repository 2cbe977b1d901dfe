import { setMaxListeners } from 'node:events';
import { EXIT_OK, RefusedError } from '../errors.ts';
import { collectProblems } from '../json/problems.ts';
import { describeCatalog, describeChoice, type StreamDescription } from '../singer/catalog.ts';
import { parsePatterns } from '../singer/select-patterns.ts';
import type { Selection } from '../singer/selection.ts';
import type { StreamDefinition } from '../streams/define-stream.ts';
import { streams } from '../streams/index.ts';
import { checkStream, meaningOf } from '../tap/check.ts';
import { choose } from '../tap/choose.ts';
import { describeStreams } from '../tap/describe-streams.ts';
import { type KnownTypes, typesInCatalog, typesInState } from '../tap/known-columns.ts';
import { fromMillis } from '../time/instant.ts';
import { impatient, type OpenTap, openTap } from './open-tap.ts';
import { readCatalog } from './read-catalog.ts';
import { readState } from './read-state.ts';
import type { Session } from './session.ts';

interface Wanted {
  readonly config: readonly string[];
  readonly state?: string;
  readonly catalog?: string;
  readonly select?: readonly string[];
}

interface Found {
  readonly available: readonly StreamDescription[];
  readonly selection: Selection;
  /** Whether patterns chose. */
  readonly isChosen: boolean;
}

/**
 * Prints the catalog, indented: Meltano hangs on a line of more than 64 KiB. The types of the account's own columns
 * stay as they were: they come from the given catalog and state.
 */
export const runDiscover = async (
  { catalog, state, ...wanted }: Wanted,
  session: Session,
): Promise<number> => {
  // The run that follows reports what there is to say about the state.
  const [before, stored] = await collectProblems(
    readCatalog(catalog, session.signal),
    readState(state, session.signal),
  );
  const types = typesInCatalog(before, typesInState(stored.state));
  const { available, selection, isChosen } =
    wanted.config.length === 0 ? withoutConfig(wanted) : await withConfig(wanted, types, session);
  const chosen = selection.streams.map(({ description, schema }) => ({ ...description, schema }));
  await session.printJson(isChosen ? describeChoice(chosen) : describeCatalog(available));
  return EXIT_OK;
};

/** Without a config, nobody can be asked: the account's own columns are not known. */
const withoutConfig = ({ select = [] }: Wanted): Found => {
  const available = describeStreams(streams);
  const patterns = parsePatterns(select);
  return {
    available,
    selection: choose(available, { patterns, catalog: null }, []),
    isChosen: patterns.length > 0,
  };
};

const withConfig = async (wanted: Wanted, types: KnownTypes, session: Session): Promise<Found> => {
  const tap = await openTap(wanted, session, { adjust: impatient, columnsOf: streams, types });
  try {
    const isChosen = (wanted.select ?? tap.config.select) !== null;
    const names = new Set(tap.selection.streams.map(({ name }) => name));
    const offered = isChosen ? streams.filter(({ name }) => names.has(name)) : streams;
    if (tap.config.custom_field_columns) await warnWhereClosed(offered, tap, session);
    return { ...tap, isChosen };
  } finally {
    await tap.close();
  }
};

/** Whoever waits for a catalog does not wait for a warning. */
const LONGEST_PROBE_MS = 5_000;

/** Warns of each stream that the key may not read. */
const warnWhereClosed = async (
  offered: readonly StreamDefinition[],
  { config, clock, definitions }: OpenTap,
  session: Session,
): Promise<void> => {
  const { connect } = await import('./connect.ts');
  const probing = new AbortController();
  setMaxListeners(0, probing.signal);
  const stop = (): void => probing.abort(session.signal.reason ?? new Error('a probe took too long'));
  session.signal.addEventListener('abort', stop);
  const timer = setTimeout(stop, LONGEST_PROBE_MS);
  const { client, close } = connect({ ...config, max_retries: 0 }, { ...session, signal: probing.signal });
  const probe = async (stream: StreamDefinition): Promise<void> => {
    try {
      await checkStream(stream, client, definitions, fromMillis(clock.now()));
    } catch (error) {
      // Of anything else, the sync will tell.
      if (error instanceof RefusedError) session.log.warning(meaningOf(error), stream.name);
    }
  };
  try {
    await Promise.all(offered.filter(({ needs }) => needs !== undefined).map(probe));
    session.signal.throwIfAborted();
  } finally {
    clearTimeout(timer);
    session.signal.removeEventListener('abort', stop);
    await close();
  }
};
