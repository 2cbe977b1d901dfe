/** Sizes are multiples of this, so that one page's buffer fits the next page. */
const STEP_BYTES = 128 * 1024;
/** Larger ones are rare, and are given up. */
const LARGEST_BYTES = 1024 * 1024;
/** As much as the pages under way hold together, as a rule. */
const MOST_SPARE_BYTES = 2 * 1024 * 1024;

/** Buffers that are filled again and again: new ones, freed only when V8 collects all, would add up. */
export interface SpareBuffers {
  /** One of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer;
  /** Lets a buffer that was taken be filled again. Whoever gives it back does not look into it any more. */
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
