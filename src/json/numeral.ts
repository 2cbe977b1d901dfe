/** A number as JSON writes it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;

/**
 * Whether a double cannot hold what a number says: `1e400`, or an integer beyond 2^53 whose digits would be others.
 * Fractions are rounded to seventeen digits by everyone who reads them.
 */
export const losesDigits = (text: string): boolean => {
  if (!NUMBER.test(text)) return false;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return false;
  return !Number.isFinite(value) || (INTEGER.test(text) && String(value) !== text);
};
