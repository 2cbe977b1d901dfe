import { isAscii, isUtf8, transcode } from 'node:buffer';

const utf8 = new TextDecoder();
/** The first byte of a byte order mark, which only the decoder takes away. */
const BOM = 0xef;

/**
 * Decoding is a good part of a run's work: much faster where every byte is a character, and by way of UTF-16, which is
 * how a text with other characters is kept anyway.
 */
export const textOf = (bytes: Uint8Array): string => {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!isUtf8(bytes) || bytes[0] === BOM) return utf8.decode(bytes);
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
};
