import { Ajv } from 'ajv';
import type { ObjectSchema } from '../json/schema-types.ts';
import { isDay, parseInstant } from '../time/rfc3339.ts';

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** This module is loaded only when records are validated: ajv takes as long to load as everything else together. */
const ajv = new Ajv({
  allErrors: false,
  formats: {
    'date-time': (text: string) => DATE_TIME.test(text) && parseInstant(text) !== null,
    date: (text: string) => isDay(text) && parseInstant(text) !== null,
  },
});

/** @returns a function that takes a record's JSON text and returns what is wrong with it; null if nothing is */
export const compileValidate = (schema: ObjectSchema): ((recordText: string) => string | null) => {
  const validate = ajv.compile<unknown>(schema);
  return (recordText) => {
    const record: unknown = JSON.parse(recordText);
    if (validate(record)) return null;
    const [problem] = validate.errors ?? [];
    const path = problem?.instancePath.slice(1).replaceAll('/', '.') ?? '';
    return `${path === '' ? 'record' : path} ${problem?.message ?? 'is not valid'}`;
  };
};
