import { allHolds, type Probed, type Verdict } from '../probes/run-probes.ts';
import { renderTable, wrap } from '../terminal/columns.ts';
import type { Redact } from '../terminal/redact.ts';

/** What a deep check found out. It holds no value of any row. */
export interface DeepReport {
  readonly version: string;
  readonly requests: number;
  /** The streams that a sync would read. */
  readonly selected: ReadonlySet<string>;
  readonly probed: readonly Probed[];
}

export const isSound = ({ probed, selected }: DeepReport): boolean => allHolds(probed, selected);

/** Gives `by-search` for `close/walks/by-search.ts`. */
const nameOfWalk = (file: string): string => file.replace(/^.*\//, '').replace(/\.ts$/, '');

const handledBy = ({ probe, verdict }: Probed): string | null =>
  verdict === 'handled' && probe.handledBy !== undefined ? nameOfWalk(probe.handledBy) : null;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds: 'holds',
  handled: 'handled',
  'does not hold': 'DOES NOT HOLD',
  'could not tell': 'could not tell',
};

const rowOf = (probed: Probed): readonly string[] => {
  const { probe, verdict, found } = probed;
  const walk = handledBy(probed);
  const remark = walk === null ? found : `${found}; handled by ${walk}`;
  return [probe.name, VERDICTS[verdict], remark === null ? probe.assumes : `${probe.assumes} (${remark})`];
};

/** The selected streams that depend on the assumption. */
const concerned = ({ streams }: Probed, selected: ReadonlySet<string>): readonly string[] =>
  streams.filter((name) => selected.has(name));

const sentenceOf = (probed: Probed, { selected }: DeepReport): string => {
  const { probe, found } = probed;
  const walk = handledBy(probed);
  if (walk !== null) return `${probe.name}: ${probe.ifFalse} Handled by ${walk}.`;
  const streams = concerned(probed, selected);
  const depends =
    streams.length === 0 ? 'No selected stream depends on it.' : `It concerns ${streams.join(', ')}.`;
  return `${probe.name}: ${found}. ${probe.ifFalse} ${depends}`;
};

const verdictOf = (report: DeepReport): string => {
  const count = (verdict: Verdict): number => report.probed.filter((one) => one.verdict === verdict).length;
  const counts =
    `${count('holds')} hold, ${count('handled')} do not hold but are handled, ` +
    `${count('does not hold')} do not hold, and for ${count('could not tell')} the check could not tell ` +
    `(${report.requests} requests).`;
  return isSound(report)
    ? `Nothing was found that harms the selected streams. Of the assumptions, ${counts}`
    : `A selected stream depends on something that does not hold. Of the assumptions, ${counts}`;
};

/** For people. @param redact takes secrets out of Close's words, before a line may break inside one */
export const renderDeepReport = (report: DeepReport, width: number, redact: Redact): string[] => {
  const wrong = report.probed.filter(({ verdict }) => verdict === 'does not hold' || verdict === 'handled');
  return [
    ...renderTable([['PROBE', 'VERDICT', 'ASSUMPTION'], ...report.probed.map(rowOf)], redact, width),
    '',
    ...wrong.flatMap((probed) => [...wrap(redact(sentenceOf(probed, report)), width), '']),
    ...wrap(verdictOf(report), width),
  ];
};

/** For programs, and for bug reports. */
export const deepReportAsJson = (report: DeepReport): object => ({
  all_holds: isSound(report),
  verdict: verdictOf(report),
  version: report.version,
  requests: report.requests,
  selected: [...report.selected],
  probes: report.probed.map((probed) => ({
    name: probed.probe.name,
    assumes: probed.probe.assumes,
    verdict: probed.verdict,
    found: probed.found,
    if_false: probed.probe.ifFalse,
    handled_by: handledBy(probed),
    streams: probed.streams,
  })),
});
