import { defineConfig } from 'vitest/config';

/** Not a part of `npm test`, which needs only npm: these suites install Python packages and PostgreSQL. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  test: {
    include: ['test/targets/**/*.suite.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
