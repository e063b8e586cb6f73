// SPDX-License-Identifier: GPL-2.0
import { defineConfig } from 'vitest/config';
import usual from './vitest.config.ts';

/** What takes longer than a usual run has time for. */
export default defineConfig({
  test: { ...usual.test, include: ['test/kernel/**/*.exhaustive.ts'] },
});
