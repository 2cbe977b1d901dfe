/** An answer other than 200, with the texts that Close was recorded to send: the older ones, and those of today. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly today: unknown;

  constructor(status: number, body: unknown, today: unknown = body) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
    this.today = today;
  }
}

/** Which texts errors have. `mixed`: today's from the endpoints where they were seen, and the older ones from the others. */
export type ErrorBodies = 'old' | 'today' | 'mixed';

const SEEN_TODAY = ['/me/', '/lead/', '/status/lead/', '/user/', '/data/search/'];

export function bodyOf(error: ApiError, bodies: ErrorBodies, path: string): unknown {
  const isToday = bodies === 'mixed' ? SEEN_TODAY.some((seen) => path.startsWith(seen)) : bodies === 'today';
  return isToday ? error.today : error.body;
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, { error: message });
}

export function fieldError(field: string, message: unknown): ApiError {
  return new ApiError(400, { errors: [], 'field-errors': { [field]: message } });
}

/** `_limit` or `_skip` is larger than the endpoint allows. */
export function tooLarge(name: '_limit' | '_skip', most: number): ApiError {
  const word = name.slice(1);
  const advice = word === 'skip' ? ' Please refine your search query.' : '';
  return new ApiError(
    400,
    {
      error: `The ${word} you set is larger than the maximum ${word} for this resource (max_${word} = ${most}).${advice}`,
    },
    { errors: [], 'field-errors': { [name]: `Input should be less than or equal to ${most}` } },
  );
}

/** A search cursor is too old, or has already given as many rows as it may. */
export function expiredCursor(reason: string): ApiError {
  return new ApiError(
    400,
    { errors: [], 'field-errors': { cursor: [reason] } },
    { 'field-errors': { cursor: 'Expired cursor' } },
  );
}

const NOT_FOUND = { error: 'Not Found' };

export function objectNotFound(model: string): ApiError {
  return new ApiError(404, { error: `Empty query: ${model} matching query does not exist.` }, NOT_FOUND);
}

export function urlNotFound(): ApiError {
  return new ApiError(
    404,
    {
      error:
        'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
    },
    NOT_FOUND,
  );
}

export function unauthorized(): ApiError {
  return new ApiError(
    401,
    {
      error:
        "The server could not verify that you are authorized to access the URL requested.  You either supplied the wrong credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required.",
    },
    { error: 'Unauthorized' },
  );
}
