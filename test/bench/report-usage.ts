import { writeSync } from 'node:fs';
import type { Usage } from './measured-process.ts';

/** Loaded before a program. When that ends, it reports CPU and memory on descriptor 3. */
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = {
    cpuSeconds: (user + system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    upSeconds: process.uptime(),
  };
  writeSync(3, JSON.stringify(usage));
});
