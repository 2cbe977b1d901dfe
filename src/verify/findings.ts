/** What is wrong with an id. */
export interface Finding {
  readonly what: 'missing' | 'stale' | 'gone';
  readonly id: string;
}

/** The result of a comparison. */
export interface Counts {
  /** Ids that the warehouse holds, */
  readonly held: number;
  /** and that Close brought. */
  readonly close: number;
  readonly missing: number;
  readonly stale: number;
  readonly gone: number;
  /** Created, changed or deleted so recently that it is no mistake. */
  readonly recent: { readonly created: number; readonly changed: number; readonly deleted: number };
  /** Held, and older than Close reaches back. */
  readonly beyond: number;
}
