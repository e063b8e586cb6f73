// SPDX-License-Identifier: GPL-2.0
import type { TestProject } from 'vitest/node';
import { HarnessMissing, LINUX_VERSIONS, type LinuxVersion, loadKernel } from '../../src/conform/harness.ts';

type Missing = Partial<Record<LinuxVersion, string>>;

declare module 'vitest' {
  interface ProvidedContext {
    /** For each kernel that cannot be built, what is missing and how to get it. */
    missing: Missing;
  }
}

/**
 * Builds both kernels before any test, so that no two workers do, and finds out what is missing; says so first
 * and last.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const missing = await whatIsMissing();
  project.provide('missing', missing);
  const say = () => {
    for (const [linux, why] of Object.entries(missing)) {
      process.stderr.write(`\nSKIPPED, not passed: what needs the code of Linux ${linux}. ${why}\n\n`);
    }
  };
  say();
  return say;
}

async function whatIsMissing(): Promise<Missing> {
  const missing: Missing = {};
  for (const linux of Object.keys(LINUX_VERSIONS) as LinuxVersion[]) {
    try {
      await loadKernel(linux);
    } catch (error) {
      if (!(error instanceof HarnessMissing)) throw error;
      missing[linux] = error.message;
    }
  }
  return missing;
}
