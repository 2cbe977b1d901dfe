import { CUSTOM } from '../close/custom-fields.ts';
import type { Answer } from './answer.ts';
import { combine, type Finding, holds, unknown } from './probe.ts';
import type { Scope } from './scope.ts';
import { type Searched, searchKind } from './search-kind.ts';

/** One search of each kind of object that is read from the index. All probes share its result. */
const searched = async (scope: Scope): Promise<readonly Searched[]> => {
  const found: Searched[] = [];
  for (const stream of scope.streams) {
    if (!stream.fromIndex) continue;
    found.push(await scope.once(`search ${stream.objectType}`, () => searchKind(stream, scope)));
  }
  return found;
};

type Judge = (one: Searched & { readonly page: Answer }, scope: Scope) => Promise<Finding> | Finding;

/** Judges the search of each kind of object. It fails if one kind fails, and names the streams of the kinds that fail. */
export const ofEachKind =
  (judge: Judge) =>
  async (scope: Scope): Promise<Finding> => {
    const findings: Finding[] = [];
    for (const one of await searched(scope)) {
      const { page } = one;
      if (page === null) continue;
      const finding = await judge({ ...one, page }, scope);
      findings.push(
        finding.kind === 'fails'
          ? { ...finding, found: `${one.objectType}: ${finding.found}`, streams: [one.stream.name] }
          : finding.kind === 'holds'
            ? holds(one.objectType)
            : finding,
      );
    }
    const failed = findings.filter((finding) => finding.kind === 'fails');
    if (failed.length === 0)
      return findings.length === 0 ? unknown('the search is refused') : combine(findings);
    return {
      kind: 'fails',
      found: failed.map(({ found }) => found).join('; '),
      streams: failed.flatMap(({ streams = [] }) => streams),
    };
  };

/** Judges something that all searches have in common, by the first kind of object that can show it. */
export const ofOneKind =
  (judge: Judge) =>
  async (scope: Scope): Promise<Finding> => {
    let last: Finding = unknown('the search is refused');
    for (const one of await searched(scope)) {
      if (one.page === null) continue;
      last = await judge({ ...one, page: one.page }, scope);
      if (last.kind !== 'unknown') return last;
    }
    return last;
  };

/** Whether the search accepted the selector for all custom fields. */
export const takesCustom = ({ named }: Searched): boolean => named.includes(CUSTOM);
