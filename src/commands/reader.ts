import type { Session } from './session.ts';

/** The session with a log that does not write how long each request took, for commands that a person reads. */
export const withoutMetrics = (session: Session): Session => ({
  ...session,
  log: { ...session.log, metric: () => {} },
});

const USUAL_WIDTH = 80;
const NARROWEST = 60;

/** How many characters a printed line may have. */
export const widthOf = ({ host: { stdout } }: Session, usual = USUAL_WIDTH): number =>
  stdout.isTTY ? Math.max(NARROWEST, stdout.columns) : usual;
