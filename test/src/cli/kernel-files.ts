import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** The specification as kernel files in JavaScript import it. */
export const BUILT_SPEC = new URL('../../../dist/spec/index.js', import.meta.url).href;

/**
 * Folders for the tests of a file, removed after them: one for kernel files, outside of any package, and one that the
 * commands they run take for temporary files.
 */
export function kernelFiles() {
  const { TMPDIR } = process.env;
  const newFolder = () => mkdtempSync(join(tmpdir(), 'vtlb-test-'));
  const home = newFolder();
  const scratch = newFolder();
  beforeAll(() => {
    process.env.TMPDIR = scratch;
  });
  afterAll(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    for (const folder of [home, scratch]) rmSync(folder, { recursive: true });
  });
  return {
    home,
    scratch,
    /** Writes a kernel file. */
    file: (name: string, text: string): string => {
      const path = join(home, name);
      writeFileSync(path, text);
      return path;
    },
  };
}
