import { describe, expect, test } from 'vitest';
import { createChanges } from '../../src/close/changes.ts';
import { MINUTE, SECOND } from '../../src/time/instant.ts';
import { START } from '../../src/time/span.ts';
import { at } from './walks/scripted-walk.ts';

const NOON = '2026-05-01T12:00:00.123456';
const LATER = '2026-05-01T12:10:00.000000';
const watched = [{ type: 'lead', changedThrough: ['activity.', 'contact'] }, { type: 'activity.' }];

const event = (fields: object) => ({ id: 'ev', action: 'updated', date_updated: NOON, ...fields });
const changesIn = (...events: object[]) => {
  const changes = createChanges(watched);
  changes.add(events.map(event));
  return changes.of('lead', START);
};

describe('what the event log says of leads', () => {
  test('has the date of the copy in the event, to the millisecond', () => {
    const data = { id: 'lead_a', date_updated: '2026-05-01T11:59:59.999999+00:00' };

    const [change] = changesIn({ object_type: 'lead', object_id: 'lead_a', data });

    expect(change).toMatchObject({ version: at('2026-05-01T11:59:59.999Z'), isExact: true });
  });

  test('has a date that is a few seconds earlier if the event has no copy, or a copy of another object', () => {
    const [change] = changesIn({
      object_type: 'lead',
      object_id: 'lead_a',
      data: { id: 'x', date_updated: LATER },
    });

    expect(change).toMatchObject({ version: at(NOON) - 5 * SECOND, isExact: false });
  });

  test('includes the lead of an activity or a contact, but not the lead of other objects', () => {
    const changes = changesIn(
      { object_type: 'activity.note', object_id: 'acti_a', lead_id: 'lead_a' },
      { object_type: 'contact', object_id: 'cont_a', lead_id: 'lead_b' },
      { object_type: 'comment', object_id: 'comm_a', lead_id: 'lead_c' },
      { object_type: 'activity.note', object_id: 'acti_b', lead_id: null },
    );

    expect(changes.map(({ objectId }) => objectId)).toEqual(['lead_a', 'lead_b']);
  });

  test.each([
    ['first', 0],
    ['last', 1],
  ])('is the newest of several changes, whichever comes %s', (_, order) => {
    const own = { object_type: 'lead', object_id: 'lead_a' };
    const through = { object_type: 'contact', object_id: 'c', lead_id: 'lead_a', date_updated: LATER };

    const [change] = order === 0 ? changesIn(through, own) : changesIn(own, through);

    expect(change).toMatchObject({ at: at(LATER), version: at(LATER) - 5 * SECOND });
  });

  test('ends with a delete, even if an older event arrives later', () => {
    const changes = changesIn(
      { object_type: 'lead', object_id: 'lead_a', action: 'deleted' },
      { object_type: 'contact', object_id: 'c', lead_id: 'lead_a', date_updated: LATER },
    );

    expect(changes).toMatchObject([{ objectId: 'lead_a', deleted: true }]);
  });

  test('includes that the lead was created, whatever came after it and in whatever order', () => {
    const own = { object_type: 'lead', object_id: 'lead_a' };
    const created = { ...own, action: 'created' };
    const deleted = { ...own, action: 'deleted', date_updated: LATER };

    const orders = [
      [created],
      [created, own],
      [own, created],
      [created, deleted],
      [deleted, created],
      [own, deleted],
    ];

    expect(orders.map((events) => changesIn(...events)[0]?.created)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  test('is left out if it is too old', () => {
    const changes = createChanges(watched);

    changes.add([event({ object_type: 'lead', object_id: 'lead_a' })], at(NOON) + MINUTE);

    expect(changes.of('lead', START)).toEqual([]);
  });
});
