import { boundProbes } from './bounds.ts';
import { capProbes, moreProbe } from './caps.ts';
import { contentProbes } from './content.ts';
import { environmentProbes, openTablesProbe } from './environment.ts';
import { eventProbes } from './events.ts';
import { lateProbe, openProbe } from './events-late.ts';
import { reachProbe } from './events-reach.ts';
import { grainProbes } from './grain.ts';
import { idProbes } from './ids.ts';
import { orderProbes } from './order.ts';
import type { Probe } from './probe.ts';
import { searchProbes } from './search.ts';
import { fieldProbes } from './search-fields.ts';
import { indexProbes } from './search-index.ts';
import { taskProbe } from './tasks.ts';

/** Every probe, in the order in which they run. */
export const probes: readonly Probe[] = [
  openProbe,
  reachProbe,
  ...eventProbes,
  ...indexProbes,
  ...boundProbes,
  ...grainProbes,
  ...orderProbes,
  ...searchProbes,
  ...fieldProbes,
  taskProbe,
  ...contentProbes,
  ...idProbes,
  ...capProbes,
  moreProbe,
  ...environmentProbes,
  lateProbe,
  openTablesProbe,
];
