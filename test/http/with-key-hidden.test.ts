import { expect, test } from 'vitest';
import type { ApiRequest, Reply } from '../../src/http/request.ts';
import { withKeyHidden } from '../../src/http/with-key-hidden.ts';

const KEY = 'api_1aB2cD3eF4gH5iJ6kL7mN8.9oP0qR1sT2uV3wX4yZ5aB6';
const SENT = Buffer.from(`${KEY}:`).toString('base64');
const STARS = '*'.repeat(KEY.length);
const { signal } = new AbortController();
const request: ApiRequest = { method: 'GET', path: '/lead/' };

const answered = async (reply: Reply, secrets: readonly string[] = [KEY, SENT]) => {
  const found: string[] = [];
  const send = withKeyHidden(secrets, ({ path }) => found.push(path))(async () => reply);
  return { reply: await send(request, signal), found };
};

const textReply = (text: string, status = 200): Reply => ({ status, headers: {}, text });

test('the key is hidden in a short answer, as often as it stands there, and the answer stays JSON', async () => {
  const { reply, found } = await answered(textReply(JSON.stringify({ note: `é ${KEY}${KEY}`, sent: SENT })));

  expect(JSON.parse(reply.text)).toEqual({ note: `é ${STARS}${STARS}`, sent: '*'.repeat(SENT.length) });
  expect(found).toEqual(['/lead/']);
});

test('a slash of a token may be escaped', async () => {
  const token = 'abcdefgh/ijklmnop/qrst';

  const { reply } = await answered(textReply(`{"token":"${token.replaceAll('/', '\\/')}"}`), [token]);

  expect(JSON.parse(reply.text)).toEqual({ token: '*'.repeat(token.length + 2) });
});

test('the key is hidden in the bytes of a large page, which are not copied', async () => {
  const bytes = Buffer.from(`{"note":"${KEY}"}`);
  const page = { bytes, release: () => {} };

  const { reply, found } = await answered({ ...textReply(''), page });

  expect(reply.page).toBe(page);
  expect(bytes.toString()).toBe(`{"note":"${STARS}"}`);
  expect(found).toEqual(['/lead/']);
});

test.each([
  ['an answer without the key', textReply(`{"note":"${KEY.slice(1)}"}`), [KEY]],
  ['a refusal', textReply(`{"error":"${KEY}"}`, 401), [KEY]],
  ['an answer with a key that may be an ordinary word', textReply('{"name":"secret_word"}'), ['secret_word']],
])('%s stays as it is', async (_, given, secrets) => {
  const { reply, found } = await answered(given, secrets);

  expect(reply).toBe(given);
  expect(found).toEqual([]);
});
