import { Ajv } from 'ajv';
import type { TapRun } from './run-tap.ts';

/** The records of a run that do not fit the schemas of the same run, and what is wrong with them. */
export const invalidRecords = (run: TapRun): string[] => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
  const validators = new Map(
    run.messages.flatMap(({ type, stream, schema }) =>
      type === 'SCHEMA' && stream && schema ? [[stream, ajv.compile(schema)] as const] : [],
    ),
  );
  return run.messages.flatMap(({ type, stream, record }) => {
    if (type !== 'RECORD' || stream === undefined) return [];
    const validate = validators.get(stream);
    if (!validate) return [`${stream}: a record before its schema`];
    return validate(record) ? [] : [`${stream}: ${ajv.errorsText(validate.errors)}`];
  });
};
