import { type Dated, datedRows, isOrdered } from '../close/paging/dated-rows.ts';
import { counted } from '../json/counted.ts';
import { floorSecond } from '../time/instant.ts';
import { readFrom } from './concerns.ts';
import { DATED_LISTS, type DatedList, firstPage } from './dated-lists.ts';
import { type Finding, fails, holds, type Probe, unknown } from './probe.ts';

/** Fewer rows may be in order by chance. */
const ENOUGH_SECONDS = 8;

export const judgeOrder = (dated: readonly Dated[], direction: DatedList['direction']): Finding => {
  if (!isOrdered(dated, direction)) return fails(`a page of ${counted(dated.length, 'row')} is not in order`);
  const seconds = new Set(dated.map(({ at }) => floorSecond(at))).size;
  return seconds >= ENOUGH_SECONDS ? holds() : unknown('there are too few rows of different dates');
};

const orderProbe = (list: DatedList): Probe => ({
  name: list.probe('order'),
  assumes: `${list.path} comes in ${list.direction} order of ${list.field}`,
  ifFalse: 'Stretches of time are halved until one page shows each in full, which takes many more requests.',
  handledBy: 'close/paging/keyset.ts',
  concerns: list.concerns,
  look: async (scope) =>
    judgeOrder(datedRows((await firstPage(list, scope)).rows, list.field), list.direction),
});

const usersOrder: Probe = {
  name: 'users-order',
  assumes: 'A short list comes in the same order each time',
  ifFalse: 'A list of several pages is read again and again, until no row can have been missed.',
  handledBy: 'close/paging/completeness.ts',
  looksAgain: true,
  concerns: readFrom('/user/'),
  look: async (scope) => {
    const query = { _limit: '100' };
    const before = (await scope.read('/user/', query)).rows.map(({ id }) => id);
    const after = (await scope.get('/user/', query)).rows.map(({ id }) => id);
    const [stayed, still] = [
      before.filter((id) => after.includes(id)),
      after.filter((id) => before.includes(id)),
    ];
    if (stayed.some((id, place) => id !== still[place]))
      return fails('two requests brought the rows in different orders');
    return stayed.length >= ENOUGH_SECONDS ? holds() : unknown('there are too few users');
  },
};

export const orderProbes: readonly Probe[] = [...DATED_LISTS.map(orderProbe), usersOrder];
