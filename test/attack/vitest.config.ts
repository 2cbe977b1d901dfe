import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads it so
export default defineConfig({
  test: {
    include: ['test/attack/**/*.slow.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    // Each of these tests uses the whole machine.
    fileParallelism: false,
  },
});
