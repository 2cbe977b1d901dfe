/**
 * What is never written of the data, whatever the table: values whose names show that they give access to something.
 * Close returns few of them, and none is useful in a warehouse.
 */

/** A name that ends in one of these words holds a credential. */
const CREDENTIALS = new Set(
  'authorization bearer cookie credential jwt otp passcode passphrase passwd password pin pwd secret token'.split(
    ' ',
  ),
);

/** A name that ends in one of these words does so if one of those stands before. */
const PAIRS: Readonly<Record<string, ReadonlySet<string>>> = {
  key: new Set(
    'access api auth client encryption hmac private secret session shared signature signing ssh webhook'.split(
      ' ',
    ),
  ),
  code: new Set('access auth authorization backup factor mfa recovery security verification'.split(' ')),
  url: new Set('download presigned signed upload'.split(' ')),
  verifier: new Set(['code', 'oauth']),
};

/** Words run together: `apikey`, `smtppassword`. */
const RUN_TOGETHER = /(?:apikey|privatekey|secretkey|signaturekey|password|secret|token)$/;

/** What may follow, and says only in which form the credential is. */
const FORMS = new Set(
  'base64 ciphertext digest encrypted hash hex plain plaintext raw salt value'.split(' '),
);

/** `has_password` says whether there is one; a page token says where a list goes on. */
const QUESTIONS = new Set('can has have is need needs requires should use uses'.split(' '));
const PLACES = new Set('continuation cursor next page previous sync'.split(' '));

/** Capitals begin a word in names of letters only: in others they may be part of an id. */
const wordsOf = (name: string): string[] =>
  (/^[A-Za-z]+$/.test(name) ? name.replace(/([a-z])([A-Z])/g, '$1 $2') : name)
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '' && !/^\d+$/.test(word));

const singular = (word: string): string => word.replace(/s$/, '');

const namesCredential = (words: readonly string[]): boolean => {
  const end = words.findLastIndex((word) => !FORMS.has(word));
  const last = singular(words[end] ?? '');
  const before = words[end - 1] ?? '';
  if (QUESTIONS.has(words[0] ?? '')) return false;
  if (last === 'token' && PLACES.has(before)) return false;
  return CREDENTIALS.has(last) || RUN_TOGETHER.test(last) || PAIRS[last]?.has(before) === true;
};

/** `webhook_url`, `webhooks`: anyone who knows the whole address may post there. */
const namesWebhook = (words: readonly string[]): boolean =>
  words.some((word, index) => singular(word) === 'webhook' && index >= words.length - 2) &&
  ['webhook', 'url', 'uri', 'endpoint'].includes(singular(words.at(-1) ?? ''));

/** Longer names are not fields of Close and are not examined. */
const LONGEST_NAME = 200;

/** `secret`: the value is left out. `address`: of the URLs in it only the origin stays. */
export type Rule = 'plain' | 'secret' | 'address';

/** How Close names the fields that users have made. */
const MADE_BY_USERS = /^custom\./;

const judge = (name: string): Rule => {
  if (name.length > LONGEST_NAME || MADE_BY_USERS.test(name)) return 'plain';
  const words = wordsOf(name);
  if (namesCredential(words)) return 'secret';
  return namesWebhook(words) ? 'address' : 'plain';
};

/** Names are few and come again with every row; those that are data are forgotten now and then. */
const MOST_NAMES = 10_000;
const plainNames = new Set<string>();

/** Whether a field of this name may hold anything at all. */
export const isPlainName = (name: string): boolean => {
  if (plainNames.has(name)) return true;
  if (judge(name) !== 'plain') return false;
  if (plainNames.size >= MOST_NAMES) plainNames.clear();
  if (name.length <= LONGEST_NAME) plainNames.add(name);
  return true;
};

/** What is to be done with a field's value. Flags and counts are no secrets, whatever their name. */
export const ruleOf = (name: string, value: unknown): Rule => {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return 'plain';
  if (value === 0 || value === 1 || (typeof value === 'number' && name.endsWith('s'))) return 'plain';
  return isPlainName(name) ? 'plain' : judge(name);
};

/** Whether the fields of an object are named by users: there a name says nothing of what Close put in. */
export const isNamedByUsers = (name: string): boolean => name === 'custom' || name === 'values_by_name';

/** Whether a field of a webhook is an address, with or without a scheme. */
export const isAddressName = (name: string): boolean =>
  ['url', 'uri', 'endpoint'].includes(singular(wordsOf(name.slice(-LONGEST_NAME)).at(-1) ?? ''));

const HOST = /^(?:[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?|\[[\da-f:.]+\])(?::\d{1,5})?$/iu;
const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/** Scheme, host and port of an address: no user, password, path or query. Of a host that is not sure nothing stays. */
export const originOf = (address: string): string => {
  const [scheme = ''] = SCHEME.exec(address) ?? [];
  const rest = address.slice(scheme.length);
  const [authority = ''] = /^[^/?#\\]*/.exec(rest) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  // Of a password that holds a slash the first part looks like a port.
  const isPassword = host === authority && host.includes(':') && rest.includes('@');
  const isHost = host.length <= 253 && HOST.test(host) && (scheme !== '' || host.includes('.'));
  return isHost && !isPassword ? scheme + host : scheme;
};

const IN_SCHEME = /[a-z\d+.-]/i;
/** As Python's HTTP libraries tell of a request that failed: `with url: /path?query`. */
const PATH_ALONE = /(\burl:\s*)\/[^\s"'<>]*/gi;
const BEHIND_ADDRESS = '.,;:!?)]}';

/** The text with each URL cut down to its origin. */
export const withOriginsOnly = (text: string): string => {
  let clean = '';
  let from = 0;
  for (let mark = text.indexOf('://'); mark >= 0; mark = text.indexOf('://', from)) {
    let start = mark;
    while (start > from && IN_SCHEME.test(text[start - 1] ?? '')) start -= 1;
    const address = /[^\s"'<>`]*/y;
    address.lastIndex = mark;
    let end = mark + (address.exec(text)?.[0].length ?? 0);
    while (end > mark + 3 && BEHIND_ADDRESS.includes(text[end - 1] ?? '')) end -= 1;
    clean += text.slice(from, start) + originOf(text.slice(start, end));
    from = Math.max(end, mark + 3);
  }
  return (clean + text.slice(from)).replace(PATH_ALONE, '$1/');
};
