import type { Row } from '../close/row.ts';
import { TASK_KINDS } from '../streams/task-kinds.ts';
import { firstPage, TASKS } from './dated-lists.ts';
import { fails, holds, type Probe, unknown } from './probe.ts';

/** The only kind of task that Close shows if no kind is asked for. */
const USUAL = 'lead';

export const taskProbe: Probe = {
  name: 'tasks-of-all-kinds',
  assumes: '_type=all returns tasks of every kind',
  ifFalse: 'Tasks of other kinds than lead are missing.',
  looksAgain: true,
  concerns: TASKS.concerns,
  look: async (scope) => {
    const isOther = ({ _type: kind }: Row): boolean => kind !== USUAL;
    if ((await firstPage(TASKS, scope)).rows.some(isOther)) return holds();
    const others = TASK_KINDS.filter((kind) => kind !== USUAL).join(',');
    const named = (await scope.get(TASKS.path, { _type__in: others, _limit: '5' })).rows.filter(isOther);
    if (named.length === 0) return unknown('there are no tasks of other kinds');
    const ids = named.map(({ id }) => id).join(',');
    const { rows } = await scope.get(TASKS.path, { ...TASKS.query, id__in: ids });
    return rows.some(isOther) ? holds() : fails('tasks of other kinds come only when their kinds are named');
  },
};
