import { holdTargets } from './hold-targets.ts';
import { databases } from './targets.ts';

holdTargets('databases', databases);
