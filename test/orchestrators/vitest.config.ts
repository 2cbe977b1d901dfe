import { defineConfig } from 'vitest/config';

/** Not a part of `npm test`: these suites install Python packages, and keep four processes busy for minutes. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  test: {
    include: ['test/orchestrators/**/*.suite.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
  },
});
