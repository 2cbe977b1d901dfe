import { setMaxListeners } from 'node:events';
import type { DiscoverCommand } from '../cli/command.ts';
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
import type { OpenTap } from './open-tap.ts';
import type { Session } from './session.ts';

type Wanted = Omit<DiscoverCommand, 'kind'>;

interface Found {
  readonly available: readonly StreamDescription[];
  readonly selection: Selection;
  /** Whether patterns chose the streams. Then the catalog has only these. */
  readonly isChosen: boolean;
}

/**
 * Prints the catalog. It is indented, because Meltano hangs on a line of more than 64 KiB. The account's own columns keep
 * the types that they have in the given catalog and state.
 */
export const runDiscover = async (wanted: Wanted, session: Session): Promise<number> => {
  const types = await readTypes(wanted, session);
  const { available, selection, isChosen } =
    wanted.config.length === 0 ? withoutConfig(wanted) : await withConfig(wanted, types, session);
  const chosen = selection.streams.map(({ description, schema }) => ({ ...description, schema }));
  await session.printJson(isChosen ? describeChoice(chosen) : describeCatalog(available));
  return EXIT_OK;
};

// The code that reads files and settings is loaded only when there is one: loading it takes as long as all the rest.

const readTypes = async ({ catalog, state }: Wanted, { signal }: Session): Promise<KnownTypes> => {
  if (catalog === undefined && state === undefined) return () => null;
  const { readCatalog } = await import('./read-catalog.ts');
  const { readState } = await import('./read-state.ts');
  // Warnings about the state are left to the run that follows.
  const [before, stored] = await collectProblems(readCatalog(catalog, signal), readState(state, signal));
  return typesInCatalog(before, typesInState(stored.state));
};

/** Without a config, Close cannot be asked, so the account's own columns are not in the catalog. */
const withoutConfig = ({ select = [] }: Wanted): Found => {
  const available = describeStreams(streams);
  const patterns = parsePatterns(select);
  return {
    available,
    selection: choose(available, { patterns, catalog: null }, []),
    isChosen: patterns.length > 0,
  };
};

const withConfig = async (
  { config, select }: Wanted,
  types: KnownTypes,
  session: Session,
): Promise<Found> => {
  const { openTap, withShortWaits } = await import('./open-tap.ts');
  const chosen = select === undefined ? { config } : { config, select };
  const tap = await openTap(chosen, session, { adjust: withShortWaits, columnsOf: streams, types });
  try {
    const isChosen = (select ?? tap.config.select) !== null;
    const names = new Set(tap.selection.streams.map(({ name }) => name));
    const offered = isChosen ? streams.filter(({ name }) => names.has(name)) : streams;
    if (tap.config.custom_field_columns) await warnOfRefused(offered, tap, session);
    return { ...tap, isChosen };
  } finally {
    await tap.close();
  }
};

/** After this time the catalog is printed without more warnings: nobody should wait for those. */
const LONGEST_PROBE_MS = 5_000;

/** Warns of each stream that the key may not read. Only streams that need a right of their own are tried. */
const warnOfRefused = async (
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
      // The sync will report any other error.
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
