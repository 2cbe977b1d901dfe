import { jsonText } from '../json/text.ts';
import { replicationKeyOf } from './catalog.ts';
import type { SelectedStream } from './selection.ts';

/** Every function here returns one message as one line, without the end of the line. */
export const schemaMessage = ({ name, schema, keyProperties, replication }: SelectedStream): string => {
  const key = replicationKeyOf(replication);
  return jsonText({
    type: 'SCHEMA',
    stream: name,
    schema,
    key_properties: keyProperties,
    ...(key === null ? {} : { bookmark_properties: [key] }),
  });
};

/** The text before and after a record's JSON text, as UTF-8. All records of a page share it. */
export const aroundRecords = (
  stream: string,
  timeExtracted: string,
  version: number | undefined,
): readonly [head: Buffer, tail: Buffer] => {
  const versioned = version === undefined ? '' : `,"version":${JSON.stringify(version)}`;
  return [
    Buffer.from(`{"type":"RECORD","stream":${JSON.stringify(stream)},"record":`),
    Buffer.from(`${versioned},"time_extracted":${JSON.stringify(timeExtracted)}}`),
  ];
};

export const stateMessage = (value: object): string => jsonText({ type: 'STATE', value });

export const activateVersionMessage = (stream: string, version: number): string =>
  JSON.stringify({ type: 'ACTIVATE_VERSION', stream, version });
