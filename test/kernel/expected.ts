// SPDX-License-Identifier: GPL-2.0
import type { LinuxVersion } from '../../src/conform/harness.ts';
import type { Compared } from './support/every-transition.ts';

/** What was compared, pinned: a run that compares less is red. A change of a layout or of a record changes these. */
interface Expected {
  /** Every transition of `minimal`, states that differ only in ghosts counted once. */
  readonly minimal: Compared;
  /** Every transition of `minimal`, as `vtlb check` counts states. */
  readonly minimalWithGhosts: Compared;
  /** Every transition of `flood` but for stores through a hardware TLB, states counted as in `minimal`. */
  readonly flood: Compared;
  /** Every trace of 3 events on `kernel`. */
  readonly kernelTraces: Compared;
  /** Every trace of 4 events on `kernel`. */
  readonly kernelLongTraces: Compared;
}

export const EXPECTED: Readonly<Record<LinuxVersion, Expected>> = {
  '6.1': {
    minimal: { states: 63_357, events: 1_330_497, faults: 186_069 },
    minimalWithGhosts: { states: 180_029, events: 3_780_609, faults: 300_573 },
    flood: { states: 2_532, events: 30_384, faults: 2_532 },
    kernelTraces: { states: 47_989, events: 47_988, faults: 8_661 },
    kernelLongTraces: { states: 1_727_605, events: 1_727_604, faults: 302_525 },
  },
  '7.3': {
    minimal: { states: 63_357, events: 1_330_497, faults: 186_069 },
    minimalWithGhosts: { states: 180_621, events: 3_793_041, faults: 300_573 },
    flood: { states: 2_588, events: 31_056, faults: 2_588 },
    kernelTraces: { states: 47_989, events: 47_988, faults: 8_661 },
    kernelLongTraces: { states: 1_727_605, events: 1_727_604, faults: 302_525 },
  },
  '6.12': {
    minimal: { states: 63_357, events: 1_330_497, faults: 186_069 },
    minimalWithGhosts: { states: 180_621, events: 3_793_041, faults: 300_573 },
    flood: { states: 2_588, events: 31_056, faults: 2_588 },
    kernelTraces: { states: 47_989, events: 47_988, faults: 8_661 },
    kernelLongTraces: { states: 1_727_605, events: 1_727_604, faults: 302_525 },
  },
};
