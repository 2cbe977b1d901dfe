import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** These start processes, the binary or another one: they need a build, and take most of the time. */
const WITH_PROCESSES = [
  'test/attack/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/live/**/*.test.ts',
  'test/pipeline/**/*.test.ts',
  'test/state-file/**/*.test.ts',
  'test/main.test.ts',
  'test/package.test.ts',
  'test/singer/output.test.ts',
];
/** These ask a sandbox over HTTP, some thousands of requests. */
const OVER_HTTP = ['test/probes/probes.test.ts'];
/** These intercept the requests of the whole process, so each has one to itself. */
const INTERCEPTING = ['test/http/client.test.ts', 'test/streams/conformance.test.ts'];

/**
 * All tests that need nothing but npm. `test:unit` is the first two projects, which start no process. Files share the
 * processes that they run in, which saves half the time of the small ones; one project after the other, so that they do.
 */
// biome-ignore lint/style/noDefaultExport: vitest needs a default export
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    // Most of what tests make is soon garbage: where much of it fits, little outlives a collection.
    execArgv: ['--max-semi-space-size=64'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...WITH_PROCESSES, ...OVER_HTTP, ...INTERCEPTING],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'unit-alone', include: INTERCEPTING, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: [...WITH_PROCESSES, ...OVER_HTTP],
          isolate: false,
          // A test often waits: for processes that it has started, or for a time-out. Others run meanwhile.
          // This is a number because vitest takes '200%' for '100%'.
          maxWorkers: 2 * availableParallelism(),
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
