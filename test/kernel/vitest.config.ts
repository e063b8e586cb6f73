// SPDX-License-Identifier: GPL-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/kernel/**/*.kernel.ts'],
    globalSetup: ['test/kernel/setup.ts'],
    // Vitest leaves a core free otherwise, and two files take as long as all the others.
    maxWorkers: '100%',
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
