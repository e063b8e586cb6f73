// SPDX-License-Identifier: GPL-2.0
import fc from 'fast-check';
import { describe } from 'vitest';
import { isComparable } from '../../src/conform/event-words.ts';
import { firstDifference } from '../../src/conform/lockstep.ts';
import { formatDifference } from '../../src/conform/report.ts';
import { arbitraryEvent } from '../../src/testing/arbitrary-event.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf, VERSIONS } from './support/pair.ts';
import { layoutOf, SETTINGS, settingName } from './support/settings.ts';

const RUNS = { numRuns: 300, seed: 1 };

describe.each(VERSIONS)('on arbitrary traces the specification agrees with Linux %s', (linux) => {
  const kernelTest = kernelTestOn(linux);
  kernelTest.each(SETTINGS.map((setting) => ({ name: settingName(setting), setting })))(
    '$name',
    async ({ setting }) => {
      const layout = layoutOf(setting);
      const pair = await pairOf({ linux }, layout);
      const event = arbitraryEvent(layout).filter((each) => isComparable(each, layout));
      const traces = fc.array(event, { maxLength: 60, size: 'max' });
      const agrees = fc.property(traces, (trace) => {
        const difference = firstDifference(pair, trace);
        if (difference !== null) throw new Error(formatDifference(trace, difference, linux));
      });
      fc.assert(agrees, RUNS);
    },
  );
});
