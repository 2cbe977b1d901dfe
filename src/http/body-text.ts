import { isAscii, isUtf8, transcode } from 'node:buffer';

const utf8 = new TextDecoder();
/** The first byte of a byte order mark. Only the decoder removes that mark. */
const BOM = 0xef;

/**
 * Decodes a body. Decoding is a large part of a run's work. It is much faster if each byte is one character. A text
 * with other characters is decoded through UTF-16, which is how JavaScript keeps it anyway.
 */
export const textOf = (bytes: Uint8Array): string => {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!isUtf8(bytes) || bytes[0] === BOM) return utf8.decode(bytes);
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
};
