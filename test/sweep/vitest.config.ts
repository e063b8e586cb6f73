import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One after the other: each has all cores.
  test: { include: ['test/sweep/**/*.sweep.ts'], testTimeout: 1_800_000, fileParallelism: false },
});
