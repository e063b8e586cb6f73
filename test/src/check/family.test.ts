import { describe, expect, it } from 'vitest';
import type { Contract, WholeFlush } from '../../../spec/contracts/contract.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { runJob } from '../../../src/check/job.ts';
import { limits } from './limits.ts';

const { kvm } = CONTRACTS;

/** The strongest member of the family of kvm: every flush of at least a PCID ends the refill. */
const EVERY_ENDING: Contract = {
  ...kvm,
  name: 'every ending',
  endedBy: Object.fromEntries(Object.keys(kvm.endedBy).map((flush) => [flush, true])) as Record<
    WholeFlush,
    boolean
  >,
};

const SEARCHES: readonly [KernelName, Contract, LayoutName, Partial<Bounds>, number, number][] = [
  ['patch', EVERY_ENDING, 'kernel', { userPages: 0, cachedRoots: 1 }, 20632, 477920],
  ['v6.12', kvm, 'kernel', { userPages: 0, cachedRoots: 1 }, 22708, 519768],
  ['v6.12', kvm, 'roles', { spaces: 1, cachedRoots: 1 }, 52180, 910112],
];

describe('what proofs-notes/contracts.md calls kept', () => {
  it.each(SEARCHES.map((each) => [`${each[0]}, ${each[1].name}, ${each[2]}`, each] as const))(
    '%s',
    async (_, [kernel, contract, layout, bounds, states, transitions]) => {
      const job = {
        kernel: KERNELS[kernel],
        contract,
        layout: LAYOUTS[layout],
        bounds,
        tlbs: 'whole',
        flushesOrdered: false,
      } as const;
      expect(await runJob(job, { limits: limits() })).toMatchObject({
        states,
        transitions,
        complete: true,
        violations: [],
      });
    },
  );
});
