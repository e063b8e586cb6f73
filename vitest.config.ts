import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: '100%',
    testTimeout: 600_000,
    // Modules are loaded once a process: a file that changes one puts it back.
    isolate: false,
  },
});
