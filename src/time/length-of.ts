import { DAY, HOUR, MINUTE, SECOND } from './instant.ts';

/** `40 seconds`, `3 hours`: a length of time for people. @param micros its microseconds */
export const lengthOf = (micros: number): string => {
  const [unit, name]: readonly [number, string] =
    micros < 2 * MINUTE
      ? [SECOND, 'seconds']
      : micros < 2 * HOUR
        ? [MINUTE, 'minutes']
        : micros < 2 * DAY
          ? [HOUR, 'hours']
          : [DAY, 'days'];
  const count = Math.round(micros / unit);
  return `${count} ${count === 1 ? name.slice(0, -1) : name}`;
};
