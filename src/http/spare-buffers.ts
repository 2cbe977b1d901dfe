/** Sizes are multiples of this, so that one page's buffer fits the next page. */
const STEP_BYTES = 128 * 1024;
/** Larger buffers are rare and are not kept. */
const LARGEST_BYTES = 1024 * 1024;
/** The most bytes to keep: the usual size of all pages that are being read. */
const MOST_SPARE_BYTES = 2 * 1024 * 1024;

/**
 * Buffers that are used again and again. New ones would add up, since V8 frees them only in a full garbage collection.
 */
export interface SpareBuffers {
  /** Returns a buffer of at least so many bytes; its content is arbitrary. */
  take(bytes: number): Buffer;
  /** Takes a buffer back, to use it again. The caller must not read it any more. */
  giveBack(buffer: Buffer): void;
}

export const createSpareBuffers = (): SpareBuffers => {
  const spare: Buffer[] = [];
  let bytesSpare = 0;
  return {
    take: (bytes) => {
      const index = spare.findIndex(({ length }) => length >= bytes);
      const [found] = index < 0 ? [] : spare.splice(index, 1);
      bytesSpare -= found?.length ?? 0;
      return found ?? Buffer.allocUnsafeSlow(Math.max(1, Math.ceil(bytes / STEP_BYTES)) * STEP_BYTES);
    },
    giveBack: (buffer) => {
      if (buffer.length > LARGEST_BYTES || bytesSpare + buffer.length > MOST_SPARE_BYTES) return;
      bytesSpare += buffer.length;
      spare.push(buffer);
    },
  };
};
