// SPDX-License-Identifier: GPL-2.0
import { inject, test } from 'vitest';
import type { LinuxVersion } from '../../../src/conform/harness.ts';

/** A test that needs the code of these kernels; skipped where one of them cannot be built. */
export function kernelTestOn(...versions: readonly LinuxVersion[]): ReturnType<typeof test.skipIf> {
  const missing = inject('missing');
  return test.skipIf(versions.some((linux) => missing[linux] !== undefined));
}
