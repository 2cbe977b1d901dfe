import { allHolds, type Probed, type Verdict } from '../probes/run-probes.ts';
import { renderTable, wrap } from '../terminal/columns.ts';

/** What a deep check found out. Nothing in it comes out of a row. */
export interface DeepReport {
  readonly version: string;
  readonly requests: number;
  /** The streams that a sync would read. */
  readonly selected: ReadonlySet<string>;
  readonly probed: readonly Probed[];
}

export const isSound = ({ probed, selected }: DeepReport): boolean => allHolds(probed, selected);

/** `by-search`, of a file below `src/`. */
const nameOfWalk = (file: string): string => file.replace(/^.*\//, '').replace(/\.ts$/, '');

const survivedBy = ({ probe, verdict }: Probed): string | null =>
  verdict === 'handled' && probe.survivedBy !== undefined ? nameOfWalk(probe.survivedBy) : null;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  holds: 'holds',
  handled: 'handled',
  'does not': 'DOES NOT',
  'could not tell': 'could not tell',
};

const rowOf = (probed: Probed): readonly string[] => {
  const { probe, verdict, found } = probed;
  const walk = survivedBy(probed);
  const remark = walk === null ? found : `${found}; handled by ${walk}`;
  return [probe.name, VERDICTS[verdict], remark === null ? probe.assumes : `${probe.assumes} (${remark})`];
};

/** The selected streams that rest on it. */
const touched = ({ streams }: Probed, selected: ReadonlySet<string>): readonly string[] =>
  streams.filter((name) => selected.has(name));

const sentenceOf = (probed: Probed, { selected }: DeepReport): string => {
  const { probe, found } = probed;
  const walk = survivedBy(probed);
  if (walk !== null) return `${probe.name}: ${probe.ifFalse} Handled by ${walk}.`;
  const streams = touched(probed, selected);
  const whom = streams.length === 0 ? 'no selected stream' : streams.join(', ');
  return `${probe.name}: ${found}. ${probe.ifFalse} It concerns ${whom}.`;
};

const verdictOf = (report: DeepReport): string => {
  const count = (verdict: Verdict): number => report.probed.filter((one) => one.verdict === verdict).length;
  const counts =
    `${count('holds')} hold, ${count('handled')} do not and are handled, ${count('does not')} do not, ` +
    `${count('could not tell')} could not be told (${report.requests} requests).`;
  return isSound(report)
    ? `What the selected streams rest on holds, as far as can be told: ${counts}`
    : `Not all that the selected streams rest on holds: ${counts}`;
};

/** For people. */
export const renderDeepReport = (report: DeepReport, width: number): string[] => {
  const wrong = report.probed.filter(({ verdict }) => verdict === 'does not' || verdict === 'handled');
  return [
    ...renderTable([['PROBE', 'VERDICT', 'WHAT IS ASSUMED'], ...report.probed.map(rowOf)], width),
    '',
    ...wrong.flatMap((probed) => [...wrap(sentenceOf(probed, report), width), '']),
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
    handled_by: survivedBy(probed),
    streams: probed.streams,
  })),
});
