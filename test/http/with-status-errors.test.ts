import { describe, expect, test } from 'vitest';
import { ApiError, AuthenticationError, FinalError } from '../../src/errors.ts';
import type { Reply } from '../../src/http/request.ts';
import { withStatusErrors } from '../../src/http/with-status-errors.ts';

const { signal } = new AbortController();
const SECRET = 'a-secret-of-some-length';

const answering = (status: number, body: unknown): Promise<Reply | ApiError> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 4);
  const send = withStatusErrors((said) => said.replaceAll(SECRET, '[redacted]'))(async () => ({
    status,
    headers: {},
    text,
  }));
  return send({ method: 'GET', path: '/lead/', query: { _limit: '1' } }, signal).catch((error: unknown) => {
    if (error instanceof ApiError) return error;
    throw error;
  });
};

describe('withStatusErrors', () => {
  test.each([200, 201, 204])('hands on a %i', async (status) => {
    const reply = await answering(status, { data: [] });

    expect(reply).toMatchObject({ status });
  });

  test.each([
    [
      404,
      { error: 'Empty query: Lead matching query does not exist.' },
      'GET /lead/: 404: not found: Empty query: Lead matching query does not exist.',
    ],
    [
      404,
      { errors: ['Source lead does not exist.'] },
      'GET /lead/: 404: not found: {"errors":["Source lead does not exist."]}',
    ],
    [
      400,
      { errors: [], 'field-errors': { lead: 'This field is required.' } },
      'GET /lead/: 400: the request was refused: {"errors":[],"field-errors":{"lead":"This field is required."}}',
    ],
    [
      400,
      { error: 'The skip you set is larger than the maximum skip for this resource (max_skip = 250000).' },
      'GET /lead/: 400: the request was refused: The skip you set is larger than the maximum skip for this resource (max_skip = 250000).',
    ],
    [
      400,
      { 'field-errors': { cursor: ['expired'] } },
      'GET /lead/: 400: the request was refused: {"field-errors":{"cursor":["expired"]}}',
    ],
    [402, {}, "GET /lead/: 402: the organization's plan does not include this"],
    [403, '', 'GET /lead/: 403: the key may not read this'],
    [405, '<html>no</html>', 'GET /lead/: 405'],
    [504, '', 'GET /lead/: 504'],
    [503, { error: { message: 'busy' } }, 'GET /lead/: 503: {"error":{"message":"busy"}}'],
    [301, '', 'GET /lead/: 301'],
    [500, 'null', 'GET /lead/: 500'],
  ])('shows for a %i what the body says: %j', async (status, body, message) => {
    const error = await answering(status, body);

    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ message, status, request: 'GET /lead/' });
  });

  test.each([408, 425, 500, 502, 503, 504, 520, 521, 522, 524, 530])(
    'says that a %i may pass',
    async (status) => {
      const error = await answering(status, '');

      expect(error).toMatchObject({ name: 'PassingError' });
    },
  );

  test.each([301, 400, 401, 402, 403, 404, 405, 415])('lets a %i not be tried again', async (status) => {
    const error = await answering(status, '');

    expect(error).toBeInstanceOf(FinalError);
  });

  test.each([
    {
      error:
        'The server could not verify that you are authorized to access the URL requested.  You either supplied the wrong credentials.',
    },
    { error: 'Unauthorized', key: 'api_secret' },
    '<html>api_secret</html>',
  ])('takes a 401 for a wrong key, and quotes nothing of it: %j', async (body) => {
    const error = await answering(401, body);

    expect(error).toBeInstanceOf(AuthenticationError);
    expect(String(error)).toMatch(
      /^AuthenticationError: GET \/lead\/: 401: the API key or token is not valid/,
    );
    expect(String(error)).not.toMatch(/secret|credentials/);
  });

  test('keeps the decoded body for other layers', async () => {
    const error = await answering(400, { 'field-errors': { cursor: ['expired'] } });

    expect(error).toMatchObject({ body: { 'field-errors': { cursor: ['expired'] } } });
  });

  test('cuts a long body to a line', async () => {
    const error = await answering(400, { error: 'x'.repeat(1_000) });

    expect(String(error).length).toBeLessThan(400);
    expect(String(error)).toMatch(/xxx…$/);
  });

  test('takes the secrets out before it cuts', async () => {
    for (let filler = 270; filler <= 300; filler += 1) {
      const error = await answering(400, { error: `${'.'.repeat(filler)}${SECRET}` });

      expect(String(error)).not.toContain(SECRET.slice(0, 4));
    }
  });

  test('shows only the origin of a URL, since webhooks have their password in the path', async () => {
    const url = 'https://me:word@hooks.example.com:8443/T0/B1/pass?x=1';

    const error = await answering(400, {
      error: `${url} failed, see "http://a.example" and https:\\/\\/b.example\\/c`,
    });

    expect(String(error)).toContain(
      ': https://hooks.example.com:8443/… failed, see "http://a.example" and https:\\/\\/b.example/…',
    );
  });

  test('says so if a body is nested too deep to be shown', async () => {
    const error = await answering(400, `{"errors":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);

    expect(error).toMatchObject({
      message: 'GET /lead/: 400: the request was refused: its body is nested too deep to be shown',
    });
  });
});
