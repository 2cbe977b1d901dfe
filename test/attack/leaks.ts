/** If a text has so many characters of a key in a row, that is a leak. */
const PIECE = 10;

const piecesOf = (key: string): Set<string> => {
  const lower = key.toLowerCase();
  const pieces = new Set<string>();
  for (let at = 0; at + PIECE <= lower.length; at += 1) pieces.add(lower.slice(at, at + PIECE));
  return pieces;
};

const fromBase64 = (text: string): string[] =>
  (text.match(/[A-Za-z0-9+/_-]{12,}/g) ?? []).flatMap((run) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
  );

const fromHex = (text: string): string[] =>
  (text.match(/[0-9a-f]{16,}/gi) ?? []).flatMap((run) =>
    [0, 1].map((skip) => Buffer.from(run.slice(skip), 'hex').toString('latin1')),
  );

const unescaped = (text: string): string =>
  text
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\+u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('\\', '');

/**
 * The parts of a key that can be decoded from a text: from base64 at any position, hexadecimal, URL
 * and JSON escapes, also inside each other up to three times. It shares no code with the tap's redaction.
 */
export const leaksOf = (text: string, key: string, depth = 3): string[] => {
  const pieces = piecesOf(key);
  const plain = unescaped(text);
  const lower = plain.toLowerCase();
  const found = [...pieces].filter((piece) => lower.includes(piece));
  if (found.length > 0 || depth === 0) return found;
  return [...fromBase64(plain), ...fromHex(plain)].flatMap((decoded) => leaksOf(decoded, key, depth - 1));
};
