// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import type { LinuxVersion } from '../../../src/conform/harness.ts';
import { formatFound } from './agree.ts';
import { kernelTestOn } from './kernel-test.ts';
import { pairOf } from './pair.ts';
import { layoutOf, SETTINGS, settingName } from './settings.ts';
import { walk } from './walk.ts';

/** Events for each layout: short walks meet many starts, long ones what takes long to build up. */
const SHORT = { length: 50, events: 34_000 };
const LONG = { length: 2_000, events: 34_000 };

/** The tests of these kernels on random walks. */
export function walksOn(versions: readonly LinuxVersion[]): void {
  describe.each(versions)('on random walks the specification agrees with Linux %s', (linux) => {
    const kernelTest = kernelTestOn(linux);
    const agreed: number[] = [];

    kernelTest.each(SETTINGS.map((setting, seed) => ({ name: settingName(setting), setting, seed })))(
      '$name',
      async ({ setting, seed }) => {
        const pair = await pairOf({ linux }, layoutOf(setting));
        for (const walks of [SHORT, LONG]) {
          const end = walk(pair, { ...walks, seed: seed + 1 });
          if (typeof end !== 'number') throw new Error(formatFound(end, linux));
          agreed.push(end);
        }
      },
    );

    kernelTest('at least a million events in all', () => {
      const total = agreed.reduce((sum, events) => sum + events, 0);
      expect(total).toBe(SETTINGS.length * (SHORT.events + LONG.events));
      expect(total).toBeGreaterThanOrEqual(1_000_000);
    });
  });
}
