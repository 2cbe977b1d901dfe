import type { Row } from '../../src/close/row.ts';
import type { Emit, Walk, WalkContext, WalkRange } from '../../src/close/walk.ts';
import { type Span, START } from '../../src/time/span.ts';

/** What a walk, or a part of one, has emitted. */
export interface Walked {
  readonly rows: Row[];
  readonly ids: string[];
  /** Spans that are done, of the main list and of the second list. */
  readonly done: Span[];
  readonly alsoDone: Span[];
  readonly warnings: string[];
  withoutId: number;
}

type Given = Partial<WalkContext> & Pick<WalkContext, 'api'>;

/** A context for a walk, with defaults for what a test does not give, and the collected results of the walk. */
export const walkContext = (
  given: Given,
): { readonly context: WalkContext; readonly emit: Emit; readonly walked: Walked } => {
  const walked: Walked = { rows: [], ids: [], done: [], alsoDone: [], warnings: [], withoutId: 0 };
  const context: WalkContext = {
    definitions: { of: async () => ({ rows: [], withoutId: 0 }) },
    stream: 'things',
    max_concurrency: 1,
    page_size: null,
    date_window: null,
    mostParents: null,
    leads_overlap_seconds: 10,
    columns: [],
    known: [],
    now: () => 0,
    latest: () => 0,
    startedAt: () => 0,
    warn: (message) => walked.warnings.push(message),
    withoutId: (count) => {
      walked.withoutId += count;
    },
    ...given,
  };
  const emit: Emit = async (rows, done, list = 'main') => {
    walked.rows.push(...rows);
    walked.ids.push(...rows.map(({ id }) => id));
    walked[list === 'main' ? 'done' : 'alsoDone'].push(...done);
  };
  return { context, emit, walked };
};

/** A range of everything, changed by what a test gives. */
export const walkRange = (given: Partial<WalkRange> = {}): WalkRange => ({
  from: START,
  finished: [],
  alsoFinished: [],
  finishedAt: null,
  ...given,
});

/** Reads a walk to its end. */
export const readWalk = async (walk: Walk, given: Given, range?: Partial<WalkRange>): Promise<Walked> => {
  const { context, emit, walked } = walkContext(given);
  await walk.read(walkRange(range), context, emit);
  return walked;
};
