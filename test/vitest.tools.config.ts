import { defineConfig } from 'vitest/config';

/** What takes other programs than Node: the other checkers, a C compiler, Chromium. */
export default defineConfig({
  test: { include: ['test/**/*.tools.ts'], testTimeout: 600_000, maxWorkers: '100%' },
});
