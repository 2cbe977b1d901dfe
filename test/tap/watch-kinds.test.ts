import { expect, test } from 'vitest';
import { streams } from '../../src/streams/index.ts';
import { watchKinds } from '../../src/tap/watch-kinds.ts';

const watch = (name: string) => {
  const stream = streams.find((one) => one.name === name);
  const warnings: string[] = [];
  if (!stream) throw new Error(`no stream ${name}`);
  return { warnings, seen: watchKinds(stream, (message) => warnings.push(message)) };
};

test.each([
  ['activities', '_type', 'Call', 'Fax'],
  ['activities', '_type', 'ImportUpdate', 'Fax'],
  ['tasks', '_type', 'missed_call', 'pigeon'],
  ['event_log', 'object_type', 'activity.anything', 'hologram'],
])('an unknown kind of %s gives one warning, which names the object', (name, field, known, unknown) => {
  const { warnings, seen } = watch(name);

  seen([
    { id: 'a', [field]: known },
    { id: 'b', [field]: unknown },
    { id: 'c', [field]: unknown },
  ]);
  seen([{ id: 'd', [field]: unknown }, { id: 'e' }]);

  expect(warnings).toEqual([
    expect.stringMatching(new RegExp(`^b: this version does not know the ${field} ${unknown};`)),
  ]);
});

test('rows of a stream with one kind only are not looked at', () => {
  const { warnings, seen } = watch('users');

  seen([{ id: 'a', _type: 'Fax' }]);

  expect(warnings).toEqual([]);
});
