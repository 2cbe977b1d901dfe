import type { SelectedStream } from './selection.ts';

/** Every function here gives one message as one line, without the line's end. */
export const schemaMessage = ({ name, schema, keyProperties, replication }: SelectedStream): string =>
  JSON.stringify({
    type: 'SCHEMA',
    stream: name,
    schema,
    key_properties: keyProperties,
    ...(replication.method === 'INCREMENTAL' ? { bookmark_properties: [replication.key] } : {}),
  });

/** A function from a record's JSON text to its message; what all records of a page share is put together once. */
export const recordMessages = (
  stream: string,
  timeExtracted: string,
  version: number | undefined,
): ((text: string) => string) => {
  const head = `{"type":"RECORD","stream":${JSON.stringify(stream)},"record":`;
  const versioned = version === undefined ? '' : `,"version":${JSON.stringify(version)}`;
  const tail = `${versioned},"time_extracted":${JSON.stringify(timeExtracted)}}`;
  return (text) => `${head}${text}${tail}`;
};

export const stateMessage = (value: object): string => JSON.stringify({ type: 'STATE', value });

export const activateVersionMessage = (stream: string, version: number): string =>
  JSON.stringify({ type: 'ACTIVATE_VERSION', stream, version });
