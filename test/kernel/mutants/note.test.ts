// SPDX-License-Identifier: GPL-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../src/package-root.ts';
import { UPDATE_PINS } from '../../pins.ts';
import { noteOf } from './note.mjs';

const NOTE = join(packageRoot(), 'proofs-notes', 'mutants.md');

it('is what the results and the reasons come to', () => {
  const text = noteOf('6.12');
  if (UPDATE_PINS) writeFileSync(NOTE, text);
  expect(readFileSync(NOTE, 'utf8')).toBe(text);
});
