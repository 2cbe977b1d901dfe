import { defineConfig } from 'vitest/config';

/** Apart from `npm test`: this runs all of that once for each Node. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  test: {
    include: ['test/nodes/**/*.suite.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
  },
});
