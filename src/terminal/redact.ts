/** A shorter text does not count as a secret, since it may be part of ordinary words. */
const SHORTEST_SECRET = 4;
/** Encoded forms of a shorter secret are not looked for, since they may be part of ordinary text. */
const SHORTEST_ENCODED = 8;

const REDACTED = '[redacted]';

/** Any API key of Close, even one that is not in the config, for example one that was pasted as a file name. */
const CLOSE_KEY = /\bapi_(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{12,}(?:\.[A-Za-z0-9]+)?/g;
/** The user and password in a URL. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]{0,30}:(?:\\?\/){2})[^\s/?#"'<>\\@]{1,500}@/gi;

/** Every encoded form contains one of these. */
const ESCAPE_OR_HEX = /[%\\&]|[0-9a-f]{2}(?:[ :-]?[0-9a-f]{2}){7}/i;

/** Takes the secrets out of a text. */
export type Redact = (text: string) => string;

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A pattern for an ASCII character: as it is, or as URLs, JSON (also inside JSON), HTML and Python escape it. */
const inAnyEscape = (character: string): string => {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  // Every repetition has a limit. Without one, a text of only backslashes would take hours.
  const escapes = `\\\\{0,8}(?:${literal(character)}|u00${hex}|x${hex})`;
  const numeric = `${AMPERSAND}${HASH}(?:0{0,4}${code}|x0{0,4}${hex})${SEMICOLON}`;
  return `(?:${escapes}|%(?:25){0,4}${hex}|${numeric}${entity(character)})`;
};

/** Patterns for the parts of an HTML reference such as `&#38;`, which may be escaped for a URL. */
const [AMPERSAND, HASH, SEMICOLON] = ['&', '#', ';'].map(
  (mark) => `(?:${mark}|%(?:25){0,4}${mark.charCodeAt(0).toString(16)})`,
);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

const entity = (character: string): string => {
  const name = ENTITIES[character];
  return name === undefined ? '' : `|${AMPERSAND}${name}${SEMICOLON}`;
};

/** A pattern for a text. ASCII text may have each character escaped; other text is found as it is, in URLs and in JSON. */
const written = (text: string): string =>
  /^[\x21-\x7e]+$/.test(text)
    ? [...text].map(inAnyEscape).join('')
    : [text, encodeURIComponent(text.toWellFormed()), JSON.stringify(text).slice(1, -1)]
        .map(literal)
        .join('|');

/** A pattern for a run of characters that may be base64 or hexadecimal, even if it is escaped or broken into lines. */
const runsFrom = (shortest: number): RegExp => new RegExp(`[A-Za-z0-9+/_=%\\\\\\r\\n-]{${shortest},}`, 'g');

/** The texts that an encoded run may mean. It is decoded from several starts, since other bytes may be encoded before it. */
const decodingsOf = (run: string): string[] => {
  const digits = run
    .replace(/%(?:25){0,4}(2b|2f|3d)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\{1,8}[rn]|[\\\r\n]/g, '');
  const base64 = digits
    .split(/=+/)
    .flatMap((part) =>
      [0, 1, 2, 3].map((skip) => Buffer.from(part.slice(skip), 'base64').toString('latin1')),
    );
  const hex = (digits.match(/[0-9a-f]{16,}/gi) ?? []).flatMap((part) =>
    [0, 1].map((skip) => Buffer.from(part.slice(skip), 'hex').toString('latin1')),
  );
  return [...base64, ...hex];
};

/** A server may encode the request's headers, which already are base64, and may do it twice. */
const MOST_DECODINGS = 3;

/**
 * Takes out encoded text that holds a secret. Each run that is long enough for a secret is decoded, so a secret is found
 * even if other text is encoded with it.
 * @param isPlain whether a text holds a secret that is not encoded
 */
const redactEncoded = (text: string, isPlain: (text: string) => boolean, run: RegExp): string => {
  const holds = (part: string, decodings: number): boolean =>
    isPlain(part) || (decodings > 0 && encodes(part, decodings));
  const encodes = (part: string, decodings: number): boolean =>
    (part.match(run) ?? []).some((found) => decodingsOf(found).some((inner) => holds(inner, decodings - 1)));
  return text.replace(run, (found) => (encodes(found, MOST_DECODINGS) ? REDACTED : found));
};

/** A pattern for the secret in hexadecimal, also with spaces, colons or dashes between the bytes. */
const inHex = (secret: string): string =>
  [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0')).join('[ :-]?');

/**
 * Gives a function that takes secrets out of a text, in each form in which a server may send one back: as it is, in upper or
 * lower case, as URLs, JSON, HTML and Python escape it, in hexadecimal, and in base64, alone or inside a longer text.
 * API keys of Close and passwords in URLs are taken out even if they are not in `secrets`.
 */
export const createRedaction = (secrets: readonly string[]): Redact => {
  const known = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST_SECRET);
  const long = known.filter(({ length }) => length >= SHORTEST_ENCODED);
  const lower = known.map((secret) => secret.toLowerCase());
  const patterns = [
    ...known.map((secret) => new RegExp(written(secret), secret.length < SHORTEST_ENCODED ? 'g' : 'gi')),
    ...long.map((secret) => new RegExp(inHex(secret), 'gi')),
  ];
  // Base64 has four characters for three bytes.
  const run = runsFrom(Math.floor((Math.min(...long.map((secret) => Buffer.byteLength(secret))) * 4) / 3));
  // This check is fast. The patterns are slow, and almost no text matches them.
  const isSuspect = (text: string): boolean => {
    if (ESCAPE_OR_HEX.test(text)) return true;
    const alike = text.toLowerCase();
    return lower.some((secret) => alike.includes(secret));
  };
  const isPlain = (text: string): boolean =>
    isSuspect(text) && patterns.some((pattern) => text.search(pattern) >= 0);
  return (text) => {
    const plain = isSuspect(text)
      ? patterns.reduce((clean, form) => clean.replace(form, REDACTED), text)
      : text;
    const decoded = long.length > 0 ? redactEncoded(plain, isPlain, run) : plain;
    const clean = decoded.replace(CLOSE_KEY, REDACTED);
    return clean.includes('@') ? clean.replace(USER_INFO, `$1${REDACTED}@`) : clean;
  };
};

/** Variables that hold the tap's secrets. Meltano's names for them end in the same way. */
const SECRET_VARIABLE = /(^|_)(API_KEY|ACCESS_TOKEN)$/i;
const PROXY_VARIABLE = /^(HTTPS?|ALL)_PROXY$/i;

/** The secrets in the environment: keys and proxy passwords. */
export const secretsIn = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(env).flatMap(([name, value = '']) => {
    if (SECRET_VARIABLE.test(name)) return [value];
    const [, user = '', password = ''] = PROXY_VARIABLE.test(name) ? (PROXY_LOGIN.exec(value) ?? []) : [];
    if (password === '') return [];
    return [`${user}:${password}`, `${decoded(user)}:${decoded(password)}`, password, decoded(password)];
  });

/** The user and password of a proxy address, even of an invalid one, because a message may quote it. */
const PROXY_LOGIN = /^(?:[a-z]+:\/\/)?([^:@]*):(.*)@[^@]*$/i;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Whether a name may be a key in the wrong place: it is long, and has both letters and digits. */
export const looksLikeKey = (name: string): boolean =>
  createRedaction([])(name) !== name ||
  (name.match(/[A-Za-z0-9+/=.-]{16,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));
