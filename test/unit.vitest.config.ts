import { configDefaults, defineConfig } from 'vitest/config';

/** These start processes, the binary or another one: they need a build, and take minutes. */
const WITH_PROCESSES = [
  'test/attack/**',
  'test/e2e/**',
  'test/pipeline/**',
  'test/state-file/**',
  'test/main.test.ts',
  'test/package.test.ts',
  'test/singer/output.test.ts',
];
/** These intercept the requests of the whole process, so each has one to itself. */
const INTERCEPTING = ['test/http/client.test.ts', 'test/streams/conformance.test.ts'];

/** What is tested within the process, for the loop of writing code. Most share a process, which saves half the time. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...WITH_PROCESSES, ...INTERCEPTING],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: INTERCEPTING } },
    ],
  },
});
