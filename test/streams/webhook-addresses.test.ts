import { expect, test } from 'vitest';
import { textWritten } from '../../src/json/lines.ts';
import { compileConform, type WireObject } from '../../src/schema/conform.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { streams } from '../../src/streams/index.ts';

/** The record that the stream makes of a row. */
const emitted = (name: string, row: WireObject): Record<string, unknown> => {
  const schema = loadSchema(name);
  const columns = streams
    .find((stream) => stream.name === name)
    ?.columns?.({ byId: new Map(), onUnknown: () => {} });
  return JSON.parse(textWritten((out) => compileConform({ schema, known: schema, ...columns })(row, out)));
};

const ADDRESS = 'https://u:LEAK@hooks.example.com:8443/LEAK?token=LEAK#LEAK';

test('an event about a webhook shows the origin of its address only', () => {
  const event = {
    id: 'ev_1',
    object_type: 'webhook',
    data: {
      id: 'whsub_1',
      url: ADDRESS,
      signature_key: 'LEAK',
      history: { errors: [{ error: `POST ${ADDRESS}` }] },
    },
    previous_data: { url: 'hooks.example.com/LEAK' },
    meta: { request_path: '/api/v1/webhook/whsub_1/' },
    changed_fields: ['url', 'signature_key'],
    new: [ADDRESS],
  };

  const record = emitted('event_log', event);

  expect(JSON.stringify(record)).not.toContain('LEAK');
  expect(JSON.parse(String(record.data))).toEqual({
    id: 'whsub_1',
    url: 'https://hooks.example.com:8443',
    history: { errors: [{ error: 'POST https://hooks.example.com:8443' }] },
  });
  expect(JSON.parse(String(record.previous_data))).toEqual({ url: 'hooks.example.com' });
  expect(JSON.parse(String(record._extra))).toEqual({ new: ['https://hooks.example.com:8443'] });
  expect(record).toMatchObject({ id: 'ev_1', changed_fields: ['url', 'signature_key'] });
});

test('an event about another object keeps its addresses', () => {
  const data = { id: 'lead_1', url: 'https://example.com/about?x=1' };

  const record = emitted('event_log', { id: 'ev_1', object_type: 'lead', data });

  expect(JSON.parse(String(record.data))).toEqual(data);
});

test('no column of a webhook has its whole address, not even its errors', () => {
  const row = {
    id: 'whsub_1',
    url: ADDRESS,
    latest_error: `Max retries exceeded with url: /LEAK?token=LEAK`,
    new: ADDRESS,
  };

  expect(emitted('webhooks', row)).toMatchObject({
    url: 'https://hooks.example.com:8443',
    latest_error: 'Max retries exceeded with url: /',
    _extra: '{"new":"https://hooks.example.com:8443"}',
  });
});
