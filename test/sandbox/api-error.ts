/** An answer other than 200, in the words Close was recorded to use. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, { error: message });
}

export function fieldError(field: string, message: unknown): ApiError {
  return new ApiError(400, { errors: [], 'field-errors': { [field]: message } });
}

export function objectNotFound(model: string): ApiError {
  return new ApiError(404, { error: `Empty query: ${model} matching query does not exist.` });
}

export function urlNotFound(): ApiError {
  return new ApiError(404, {
    error:
      'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
  });
}
