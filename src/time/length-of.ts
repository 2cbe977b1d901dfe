import { DAY, HOUR, MINUTE, SECOND } from './instant.ts';

/** A length of time for people: `40 seconds`, `3 hours`. @param micros in microseconds */
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
