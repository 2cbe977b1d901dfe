import { defineConfig } from 'vitest/config';

/** Not a part of `npm test`, which needs only npm: this suite installs Meltano. */
// biome-ignore lint/style/noDefaultExport: vitest asks for one
export default defineConfig({
  test: {
    include: ['test/meltano/**/*.suite.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
