/** What is wrong with an id. */
export interface Finding {
  readonly what: 'missing' | 'stale' | 'gone';
  readonly id: string;
}

/** The result of a comparison. */
export interface Counts {
  /** How many ids the warehouse holds. */
  readonly held: number;
  /** How many ids Close sent. */
  readonly close: number;
  readonly missing: number;
  readonly stale: number;
  readonly gone: number;
  /** Rows that were created, changed or deleted so recently that a difference is not a mistake. */
  readonly recent: { readonly created: number; readonly changed: number; readonly deleted: number };
  /** Ids that the warehouse holds, and that are too old for Close to show. */
  readonly beyond: number;
}
