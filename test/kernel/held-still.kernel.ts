// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { loadKernel } from '../../src/conform/harness.ts';
import { KernelMachine } from '../../src/conform/kernel-machine.ts';
import type { Effect } from '../../src/conform/layout-words.ts';
import { firstDifference } from '../../src/conform/lockstep.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf, type Sides } from './support/pair.ts';
import { readTraceFile } from './support/trace-file.ts';

const kernelTest = kernelTestOn('6.1', '6.12');

/** The requests after which the two sides differ once the driver lets go of an effect; null if they agree all along. */
async function withEffect(linux: Sides['linux'], effect: Effect): Promise<string | null> {
  const { layout, events } = readTraceFile(`${effect}-effect`);
  const { spec } = await pairOf({ linux }, layout);
  const kernel = new KernelMachine(await loadKernel(linux), layout, [effect]);
  const difference = firstDifference({ spec, kernel }, events);
  return difference === null ? null : `${difference.at + 1}: ${difference.kernel.get('requests')}`;
}

describe('what the driver holds still shows as soon as it lets go', () => {
  kernelTest('dirty bits: a shadow entry rebuilt without its dirty bit flushes', async () => {
    expect(await withEffect('6.1', 'dirty')).toBe('3: TLB_FLUSH');
    expect(await withEffect('6.12', 'dirty')).toBe('3: TLB_FLUSH');
  });

  kernelTest('accessed bits: a sync by 6.1 flushes for an entry that did not change', async () => {
    expect(await withEffect('6.1', 'accessed')).toBe('4: TLB_FLUSH');
    expect(await withEffect('6.12', 'accessed')).toBeNull();
  });
});
