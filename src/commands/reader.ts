import type { Session } from './session.ts';

/** A person reads what the command prints; how long each request took is nothing to them. */
export const withoutMetrics = (session: Session): Session => ({
  ...session,
  log: { ...session.log, metric: () => {} },
});

const USUAL_WIDTH = 80;
const NARROWEST = 60;

/** How many characters a line may have. */
export const widthOf = ({ host: { stdout } }: Session): number =>
  stdout.isTTY ? Math.max(NARROWEST, stdout.columns) : USUAL_WIDTH;
