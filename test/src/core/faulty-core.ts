import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { CoreFunctions } from '../../../src/differential/core-functions.ts';

const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));

/** A change of one line of the compiled core. */
export interface Replacement {
  /** Below `dist/src/core`. */
  readonly file: string;
  /** Text that stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/**
 * Loads a copy of the compiled core, changed or as it is. What it imports from outside `src/core` is shared.
 *
 * @throws Error if the text to replace is not there exactly once
 */
export async function loadCopy(replacement: Replacement | null): Promise<CoreFunctions> {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-core-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const core = join(folder, 'src', 'core');
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(DIST, 'spec'), join(folder, 'spec'));
  symlinkSync(join(DIST, 'src', 'checker'), join(folder, 'src', 'checker'));
  cpSync(join(DIST, 'src', 'core'), core, { recursive: true, filter: (file) => !file.endsWith('.d.ts') });
  if (replacement !== null) replace(join(core, replacement.file), replacement);
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(core, file)).href);
  const [create, pack, unpack, initial, step, inspect] = await Promise.all(
    [
      'create.js',
      'row/pack.js',
      'row/unpack.js',
      'step/initial.js',
      'step/step.js',
      'properties/inspect.js',
    ].map(load),
  );
  return { ...create, ...pack, ...unpack, ...initial, ...step, ...inspect };
}

function replace(path: string, { file, from, to }: Replacement): void {
  const text = readFileSync(path, 'utf8');
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`${file} has ${JSON.stringify(from)} ${times} times`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
}
