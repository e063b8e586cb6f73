import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/trust/**/*.trust.ts'], testTimeout: 7_200_000 },
});
