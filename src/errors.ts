/** Exit codes of the binary; the README documents them. */
export const EXIT_OK = 0;
export const EXIT_INCOMPLETE = 1;
export const EXIT_USAGE = 2;
/** Another run is using the state file. Nothing was done, and it may work later (TEMPFAIL of sysexits). */
export const EXIT_BUSY = 75;

/** The command line or an input file is wrong: nothing was synced, exit 2. */
export class UsageError extends Error {
  override name = 'UsageError';
  readonly problems: readonly string[];

  /** @param problems one line for each mistake, with the file and the key's path */
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

interface ApiErrorDetails {
  readonly status?: number;
  readonly request: string;
  readonly body?: unknown;
  readonly cause?: unknown;
}

/** A request failed, at the server or in the network. Its two kinds say whether it may succeed later. */
export abstract class ApiError extends Error {
  /** The HTTP status; null if no answer came. */
  readonly status: number | null;
  /** The method and path, such as `GET /lead/`. It never holds credentials. */
  readonly request: string;
  /** The decoded body of the error, if it was JSON. */
  readonly body: unknown;

  constructor(what: string, details: ApiErrorDetails) {
    super(`${details.request}: ${what}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status ?? null;
    this.request = details.request;
    this.body = details.body;
  }
}

/** The same request may succeed later. */
export class PassingError extends ApiError {
  override name = 'PassingError';
}

/** The same request would fail again, however often it is sent. */
export class FinalError extends ApiError {
  override name = 'FinalError';
}

/** Close refused the request: the key may not have this, or it does not exist. `close/refusals.ts` says which. */
export class RefusedError extends FinalError {
  override name = 'RefusedError';
  declare readonly status: number;

  constructor(what: string, details: ApiErrorDetails & { readonly status: number }) {
    super(what, details);
  }
}

/** 401: the key is wrong or was revoked. No other request can succeed. */
export class AuthenticationError extends FinalError {
  override name = 'AuthenticationError';
}

/** No answer comes, or no request can be sent. No other request can succeed either. */
export class UnreachableError extends FinalError {
  override name = 'UnreachableError';
}

/** Whether every other request of the run would fail too. */
export const endsTheRun = (error: unknown): error is ApiError =>
  error instanceof AuthenticationError || error instanceof UnreachableError;

/** The server answered, but not as its documentation says. To continue would lose records. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

/** Another run is using the state file; nothing was done. */
export class LockedError extends Error {
  override name = 'LockedError';
}

/** The program that reads the output has ended, so nothing more can be written to it. */
export class ReaderGoneError extends Error {
  override name = 'ReaderGoneError';
}

/** The exit code of a run that was stopped, for each signal. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof STOPPED;

/** A signal asks the run to end. */
export class StoppedError extends Error {
  override name = 'StoppedError';
  readonly exitCode: number;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.exitCode = STOPPED[signal];
  }
}

/** The exit code of a command that ended with this error. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof StoppedError) return error.exitCode;
  if (error instanceof UsageError) return EXIT_USAGE;
  return error instanceof LockedError ? EXIT_BUSY : EXIT_INCOMPLETE;
};

/** The system's name for an error, such as ENOENT. Empty when it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** How many causes to show. A chain of causes may be a circle. */
const MOST_CAUSES = 5;

/** One line for a log: the message of an error and of what caused it. */
export const messageOf = (error: unknown, causes = MOST_CAUSES): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const saysMore = cause instanceof Error && causes > 0 && !error.message.includes(cause.message);
  return saysMore ? `${error.message} (${messageOf(cause, causes - 1)})` : error.message;
};
