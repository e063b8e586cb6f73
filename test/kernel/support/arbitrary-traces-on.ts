// SPDX-License-Identifier: GPL-2.0
import fc from 'fast-check';
import { describe } from 'vitest';
import { isComparable } from '../../../src/conform/event-words.ts';
import type { LinuxVersion } from '../../../src/conform/harness.ts';
import { firstDifference } from '../../../src/conform/lockstep.ts';
import { formatDifference } from '../../../src/conform/report.ts';
import { arbitraryEvent } from '../../../src/testing/arbitrary-event.ts';
import { kernelTestOn } from './kernel-test.ts';
import { pairOf } from './pair.ts';
import { layoutOf, mapsAnew, SETTINGS, settingName } from './settings.ts';

const RUNS = { numRuns: 300, seed: 1 };

/** The tests of these kernels on arbitrary traces. */
export function arbitraryTracesOn(versions: readonly LinuxVersion[]): void {
  describe.each(versions)('on arbitrary traces the specification agrees with Linux %s', (linux) => {
    const kernelTest = kernelTestOn(linux);
    kernelTest.each(SETTINGS.map((setting) => ({ name: settingName(setting), setting })))(
      '$name',
      async ({ setting }) => {
        const layout = layoutOf(setting);
        const pair = await pairOf({ linux }, layout);
        const event = arbitraryEvent(layout).filter(
          (each) => isComparable(each, layout) && !mapsAnew(each, setting),
        );
        const traces = fc.array(event, { maxLength: 60, size: 'max' });
        const agrees = fc.property(traces, (trace) => {
          const difference = firstDifference(pair, trace);
          if (difference !== null) throw new Error(formatDifference(trace, difference, linux));
        });
        fc.assert(agrees, RUNS);
      },
    );
  });
}
