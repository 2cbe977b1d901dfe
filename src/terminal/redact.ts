/** A shorter text is not a secret: removing it would remove ordinary words. */
const SHORTEST_SECRET = 4;
/** The encoded forms of a shorter secret occur in ordinary text. */
const SHORTEST_ENCODED = 8;

const REDACTED = '[redacted]';

/** Any key of Close, also one we were not told of, for example pasted as a file name. */
const CLOSE_KEY = /\bapi_(?=[A-Za-z0-9]*[A-Z0-9])[A-Za-z0-9]{12,}(?:\.[A-Za-z0-9]+)?/g;
/** User and password in a URL. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]{0,30}:(?:\\?\/){2})[^\s/?#"'<>\\@]{1,500}@/gi;

/** A character that every encoded form has. */
const ESCAPE_OR_HEX = /[%\\&]|[0-9a-f]{2}(?:[ :-]?[0-9a-f]{2}){7}/i;

/** Takes the secrets out of a text. */
export type Redact = (text: string) => string;

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** One ASCII character as it is, or as URLs, JSON, HTML and Python write it, JSON inside JSON included. */
const inAnyWriting = (character: string): string => {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, '0');
  // Every repetition has a limit; otherwise a text of only backslashes would take hours.
  const escapes = `\\\\{0,8}(?:${literal(character)}|u00${hex}|x${hex})`;
  const numeric = `${AMPERSAND}${HASH}(?:0{0,4}${code}|x0{0,4}${hex})${SEMICOLON}`;
  return `(?:${escapes}|%(?:25){0,4}${hex}|${numeric}${entity(character)})`;
};

/** The parts of an HTML reference, which may stand in a URL. */
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

/** A text that is ASCII, in any writing of each of its characters; any other one as it is, and as a URL has it. */
const written = (text: string): string =>
  /^[\x21-\x7e]+$/.test(text)
    ? [...text].map(inAnyWriting).join('')
    : [text, encodeURIComponent(text.toWellFormed()), JSON.stringify(text).slice(1, -1)]
        .map(literal)
        .join('|');

/** Finds what something may be encoded in: base64 in either alphabet, hexadecimal; escaped, or broken into lines. */
const runsFrom = (shortest: number): RegExp => new RegExp(`[A-Za-z0-9+/_=%\\\\\\r\\n-]{${shortest},}`, 'g');

/** The texts that an encoded piece may stand for, whatever was encoded before it. */
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

/** A server may encode the headers it was sent, which are base64 already, and may do so twice. */
const MOST_DECODINGS = 3;

/**
 * Takes secrets out of what is encoded. Each run that is long enough to hold one is decoded, so that it does not matter
 * what else is encoded with it.
 * @param isPlain whether a text holds a secret that is not encoded
 */
const redactEncoded = (text: string, isPlain: (text: string) => boolean, run: RegExp): string => {
  const holds = (part: string, decodings: number): boolean =>
    isPlain(part) || (decodings > 0 && encodes(part, decodings));
  const encodes = (part: string, decodings: number): boolean =>
    (part.match(run) ?? []).some((found) => decodingsOf(found).some((inner) => holds(inner, decodings - 1)));
  return text.replace(run, (found) => (encodes(found, MOST_DECODINGS) ? REDACTED : found));
};

/** Two digits a byte, as dumps of bytes show them. */
const inHex = (secret: string): string =>
  [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0')).join('[ :-]?');

/**
 * A function that takes secrets out of a text, in each form in which a server may send one back: as it is, in either
 * case, as URLs, JSON, HTML and Python write it, in hexadecimal, and in base64, by itself or inside something longer.
 * Keys of Close and passwords in URLs are taken out without being told of.
 */
export const createRedaction = (secrets: readonly string[]): Redact => {
  const known = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST_SECRET);
  const long = known.filter(({ length }) => length >= SHORTEST_ENCODED);
  const lower = known.map((secret) => secret.toLowerCase());
  const patterns = [
    ...known.map((secret) => new RegExp(written(secret), secret.length < SHORTEST_ENCODED ? 'g' : 'gi')),
    ...long.map((secret) => new RegExp(inHex(secret), 'gi')),
  ];
  // Base64 has four digits for three bytes.
  const run = runsFrom(Math.floor((Math.min(...long.map((secret) => Buffer.byteLength(secret))) * 4) / 3));
  // The patterns are large, and nearly no text matches them.
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

/** Variables that hold a secret of ours, Meltano's names for it included. */
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

/** Also of an invalid address, since the message about it may quote it. */
const PROXY_LOGIN = /^(?:[a-z]+:\/\/)?([^:@]*):(.*)@[^@]*$/i;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Whether a name is more likely a key that was put in the wrong place: long, and of letters and digits mixed. */
export const looksLikeKey = (name: string): boolean =>
  createRedaction([])(name) !== name ||
  (name.match(/[A-Za-z0-9+/=.-]{16,}/g) ?? []).some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));
