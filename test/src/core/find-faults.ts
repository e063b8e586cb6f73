import { describe, expect, it } from 'vitest';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { comparePerturbed } from '../../../src/differential/compare-perturbed.ts';
import type { CoreFunctions } from '../../../src/differential/core-functions.ts';
import { type Difference, describeDifference } from '../../../src/differential/difference.ts';
import type { Fault } from './faults.ts';
import { loadCopy } from './faulty-core.ts';
import { nameOf, startOf, worldOf } from './support.ts';

/** The prefix within which each fault must show. */
const PREFIX = 3000;
const PERTURBED = { states: 3000, seed: 1 } as const;

function differenceOf(where: Fault['where'], perturbed: boolean, core: CoreFunctions) {
  const world = worldOf(where);
  return perturbed
    ? comparePerturbed(world, { ...PERTURBED, core }).difference
    : compareCore(world, { ...startOf(where, world), maxStates: PREFIX, core }).difference;
}

/**
 * Tests that the comparison finds each of some faults, and none in a copy without one.
 *
 * @param check pins a sentence under a name
 */
export function testFaults(check: (name: string, sentence: string) => void, faults: readonly Fault[]): void {
  describe('the comparison finds a fault of one line in the core', () => {
    it('and none in a copy without one', async () => {
      const core = await loadCopy(null);
      const worlds = new Map(faults.map((fault) => [nameOf(fault.where), fault.where]));
      for (const where of worlds.values()) {
        expect(compareCore(worldOf(where), { maxStates: 60, core }).difference).toBeNull();
        expect(comparePerturbed(worldOf(where), { states: 100, seed: 2, core }).difference).toBeNull();
      }
    });

    it.each(faults.map((fault) => [fault.what, fault] as const))('%s', async (what, fault) => {
      const difference = differenceOf(fault.where, fault.perturbed === true, await loadCopy(fault));
      expect(difference).not.toBeNull();
      const { field, spec, core } = difference as Difference;
      // Walks to perturbed states are long, and others when rows are laid out in another way.
      const sentence =
        fault.perturbed === true
          ? `${field} is ${spec} in the spec and ${core} in the core`
          : describeDifference(difference as Difference);
      check(what, sentence);
    });
  });
}
