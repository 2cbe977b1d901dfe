/**
 * Secrets in the data. A value is a secret if its name shows that it gives access to something. Secrets are never
 * written, in any stream. Close returns few of them, and nobody needs them in a warehouse.
 */

/** A name that ends in one of these words holds a credential. */
const CREDENTIALS = new Set(
  'authorization bearer cookie credential jwt otp passcode passphrase passwd password pin pwd secret token'.split(
    ' ',
  ),
);

/** A name that ends in one of these words holds a credential if the word before is in its list. */
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

/** Words without a separator: `apikey`, `smtppassword`. */
const RUN_TOGETHER = /(?:apikey|privatekey|secretkey|signaturekey|password|secret|token)$/;

/** Words that may follow after these. They only say in which form the credential is. */
const FORMS = new Set(
  'base64 ciphertext digest encrypted hash hex plain plaintext raw salt value'.split(' '),
);

/** Words of names that are not credentials: `has_password` is a flag, and a page token says where a list continues. */
const QUESTIONS = new Set('can has have is need needs requires should use uses'.split(' '));
const PLACES = new Set('continuation cursor next page previous sync'.split(' '));

/** The words of a name. A capital begins a word, but only in a name of letters: elsewhere it may be a part of an id. */
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

/**
 * Whether a name is that of a webhook's address: `webhook_url`, `webhooks`. Anyone who knows the address may post
 * there.
 */
const namesWebhook = (words: readonly string[]): boolean =>
  words.some((word, index) => singular(word) === 'webhook' && index >= words.length - 2) &&
  ['webhook', 'url', 'uri', 'endpoint'].includes(singular(words.at(-1) ?? ''));

/** Longer names are not fields of Close and are not examined. */
const LONGEST_NAME = 200;

/** `secret`: the value is left out. `address`: only the origin of each URL in it is written. */
export type Rule = 'plain' | 'secret' | 'address';

/** Close's names of custom fields. */
const MADE_BY_USERS = /^custom\./;

const judge = (name: string): Rule => {
  if (name.length > LONGEST_NAME || MADE_BY_USERS.test(name)) return 'plain';
  const words = wordsOf(name);
  if (namesCredential(words)) return 'secret';
  return namesWebhook(words) ? 'address' : 'plain';
};

/**
 * How many names to remember. Names are few and come with every row. When there are more, they are data, and forgotten.
 */
const MOST_NAMES = 10_000;
const plainNames = new Set<string>();

/** Whether nothing needs to be done with a field of this name, whatever its value is. */
export const isPlainName = (name: string): boolean => {
  if (plainNames.has(name)) return true;
  if (judge(name) !== 'plain') return false;
  if (plainNames.size >= MOST_NAMES) plainNames.clear();
  if (name.length <= LONGEST_NAME) plainNames.add(name);
  return true;
};

/** What to do with the value of a field. Flags and counts are not secrets, whatever their name. */
export const ruleOf = (name: string, value: unknown): Rule => {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return 'plain';
  if (value === 0 || value === 1 || (typeof value === 'number' && name.endsWith('s'))) return 'plain';
  return isPlainName(name) ? 'plain' : judge(name);
};

/** Whether users choose the names of the fields in this object. Then a name does not show that a value is a secret. */
export const isNamedByUsers = (name: string): boolean => name === 'custom' || name === 'values_by_name';

/** Whether a field of a webhook is an address, with or without a scheme. */
export const isAddressName = (name: string): boolean =>
  ['url', 'uri', 'endpoint'].includes(singular(wordsOf(name.slice(-LONGEST_NAME)).at(-1) ?? ''));

const HOST = /^(?:[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?|\[[\da-f:.]+\])(?::\d{1,5})?$/iu;
const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/**
 * The origin of an address: scheme, host and port, without user, password, path or query. If the host is not certain,
 * only the scheme.
 */
export const originOf = (address: string): string => {
  const [scheme = ''] = SCHEME.exec(address) ?? [];
  const rest = address.slice(scheme.length);
  const [authority = ''] = /^[^/?#\\]*/.exec(rest) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  // If a password has a slash in it, its first part looks like a port.
  const isPassword = host === authority && host.includes(':') && rest.includes('@');
  const isHost = host.length <= 253 && HOST.test(host) && (scheme !== '' || host.includes('.'));
  return isHost && !isPassword ? scheme + host : scheme;
};

const IN_SCHEME = /[a-z\d+.-]/i;
/** A path in an error message of Python's HTTP libraries: `with url: /path?query`. */
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
