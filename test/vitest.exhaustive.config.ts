import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/{src,studies}/**/*.exhaustive.ts'], testTimeout: 7_200_000, maxWorkers: '100%' },
});
