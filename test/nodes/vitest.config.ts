import { defineConfig } from 'vitest/config';

/** Not a part of `npm test`: this runs all of that once for each version of Node. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  test: {
    include: ['test/nodes/**/*.suite.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
  },
});
