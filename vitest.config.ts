import { defineConfig } from 'vitest/config';

/** Tests that leave no module other than they found it, so that a process loads each once for all of them. */
const SHARING = [
  'test/*.test.ts',
  'test/spec/**/*.test.ts',
  'test/studies/**/*.test.ts',
  'test/src/{bugs,cli,compare,conform,cost,explore,export,kernels,mutate,picture,report,sweep,testing,trace}/**/*.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: '100%',
    testTimeout: 600_000,
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: SHARING } },
      // One after the other: a process goes on only with a file that shares with the one before.
      {
        extends: true,
        test: { name: 'sharing', include: SHARING, isolate: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
