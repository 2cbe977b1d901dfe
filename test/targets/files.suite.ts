import { holdTargets } from './hold-targets.ts';
import { files } from './targets.ts';

holdTargets('files', files);
