import { isAscii, isUtf8 } from 'node:buffer';
import { textOf } from './body-text.ts';
import { parseJson } from './parse-json.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where a row begins and ends in a page, in bytes. */
type Piece = readonly [from: number, to: number];

/** A page without its rows: each list holds only its index in `lists`. */
interface Cut {
  readonly frame: string;
  readonly lists: readonly (readonly Piece[])[];
}

/** The end of the string that begins at `at`. */
const endOfString = (bytes: Uint8Array, at: number): number => {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
  return end;
};

const isBlank = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) if ((bytes[at] ?? 0) > 0x20) return false;
  return true;
};

/**
 * Cuts out the items of the lists in the outermost object. If the page is not JSON, then the rest or one of the pieces
 * is not JSON either.
 */
const cut = (bytes: Buffer): Cut => {
  const lists: Piece[][] = [];
  let list: Piece[] | null = null;
  let frame = '';
  let framed = 0;
  let from = 0;
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
      if (depth !== 2 || byte !== OPEN_ARRAY) continue;
      list = [];
      from = at + 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth -= 1;
      if (depth !== 1 || list === null) continue;
      if (list.length > 0 || !isBlank(bytes, from, at)) {
        frame += `${textOf(bytes.subarray(framed, list[0]?.[0] ?? from))}${lists.length}`;
        framed = at;
        lists.push([...list, [from, at]]);
      }
      list = null;
    } else if (byte === COMMA && list !== null && depth === 2) {
      list.push([from, at]);
      from = at + 1;
    }
  }
  return { frame: frame + textOf(bytes.subarray(framed)), lists };
};

/**
 * Parses a page row by row, so that the text of one row can be freed before the next is made. The text of a whole page
 * would be so large that V8 keeps it, and the pages before it, until its next full garbage collection.
 * @throws SyntaxError
 */
export const parsePage = (bytes: Buffer): unknown => {
  // Anything else than a JSON object in UTF-8 is parsed as one text, so that the error is about the whole answer.
  if (bytes[0] !== OPEN_OBJECT || !isUtf8(bytes)) return parseJson(textOf(bytes));
  const { frame, lists } = cut(bytes);
  const page = parseJson(frame);
  const read = isAscii(bytes)
    ? ([from, to]: Piece) => bytes.toString('latin1', from, to)
    : ([from, to]: Piece) => textOf(bytes.subarray(from, to));
  for (const list of Object.values(page ?? {})) {
    if (!Array.isArray(list) || list.length === 0) continue;
    const pieces = lists[Number(list[0])] ?? [];
    list.length = 0;
    for (const piece of pieces) list.push(parseJson(read(piece)));
  }
  return page;
};
