/** A number as JSON writes it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const INTEGER = /^-?\d+$/;

/**
 * Whether a JavaScript number cannot hold the number in a text: it is too large, such as `1e400`, or an integer beyond
 * 2^53 whose digits would change. Fractions do not count: every reader rounds them to seventeen digits.
 */
export const losesDigits = (text: string): boolean => {
  if (!NUMBER.test(text)) return false;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return false;
  return !Number.isFinite(value) || (INTEGER.test(text) && String(value) !== text);
};
