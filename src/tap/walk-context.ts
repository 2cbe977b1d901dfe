import type { WalkContext } from '../close/walk.ts';
import type { Run } from './run.ts';

/** Passes each message on only once. */
const oncePerText = (log: (message: string) => void): ((message: string) => void) => {
  const warned = new Set<string>();
  return (message) => {
    if (warned.has(message)) return;
    warned.add(message);
    log(message);
  };
};

/** The part of a walk's context that comes from the run. @param stream undefined if the reading is for several streams */
export const walkContextOf = (
  stream: string | undefined,
  { api, definitions, config, log, now, latest, startedAt }: Run,
): Omit<WalkContext, 'mostParents' | 'columns' | 'known' | 'withoutId'> => ({
  api,
  definitions,
  stream,
  max_concurrency: config.max_concurrency,
  page_size: config.page_size,
  date_window: config.date_window,
  leads_overlap_seconds: config.leads_overlap_seconds,
  now,
  latest,
  startedAt,
  warn: oncePerText((message) => log.warning(message, stream)),
});
