import { describe, expect, it } from 'vitest';
import type { Contract, WholeFlush } from '../../../spec/contracts/contract.ts';
import { CONTRACTS, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { staleTranslations } from '../../../spec/properties/vtlb.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

const layout = buildLayout(LAYOUTS.kernel, { userPages: 0, cachedRoots: 1 });
const FLUSHES = Object.keys(CONTRACTS.kvm.endedBy) as WholeFlush[];

/** By an ending that `kvm` lacks: a shortest trace that breaks the contract with this ending alone. */
const BREACHES: Partial<Record<WholeFlush, string>> = {
  'mov-cr4 pge':
    'access k0; mov-cr4 pcide=1 pge=1; mov-cr3 a pcid=1; mov-cr4 pcide=1 pge=0; write-pte a:k0 f2',
  'invpcid all': 'access k0; mov-cr4 pcide=1 pge=0; mov-cr3 a pcid=1; invpcid all; write-pte a:k0 f2',
  'invpcid all-nonglobal':
    'access k0; mov-cr4 pcide=1 pge=0; mov-cr3 a pcid=1; invpcid all-nonglobal; write-pte a:k0 f2',
};

/** Every contract of the family: for each flush of at least a PCID, whether it ends the refill. */
const FAMILY: readonly Contract[] = Array.from({ length: 2 ** FLUSHES.length }, (_, member) => ({
  name: `member ${member}`,
  doc: 'of the family',
  refill: 'loaded',
  endedBy: Object.fromEntries(FLUSHES.map((flush, i) => [flush, ((member >> i) & 1) === 1])) as Record<
    WholeFlush,
    boolean
  >,
}));

function breaks(contract: Contract, trace: string): boolean {
  const world = { layout, contract, kernel: KERNELS['v6.12'] };
  const machine = initialMachine(world);
  for (const { event } of parseTrace(trace.replaceAll('; ', '\n'), layout)) step(world, machine, event);
  return staleTranslations(world, machine).length > 0;
}

const endings = ({ endedBy }: Contract) => FLUSHES.filter((flush) => endedBy[flush]);

describe('the contract kvm is the strongest of its family that v6.12 keeps', () => {
  it('leaves out exactly the endings that have a breach', () => {
    expect(FLUSHES.filter((flush) => !CONTRACTS.kvm.endedBy[flush]).sort()).toEqual(
      Object.keys(BREACHES).sort(),
    );
    expect(STRONGER_THAN_KVM).toHaveLength(Object.keys(BREACHES).length);
  });

  it.each(Object.entries(BREACHES))(
    '%s as an ending is broken in every member that has it',
    (flush, trace) => {
      for (const contract of FAMILY) {
        const has = contract.endedBy[flush as WholeFlush];
        expect([endings(contract), breaks(contract, trace)]).toEqual([endings(contract), has]);
      }
    },
  );

  it('so each member either is broken or promises no more than kvm', () => {
    const broken = FAMILY.filter((contract) =>
      Object.values(BREACHES).some((trace) => breaks(contract, trace)),
    );
    const rest = FAMILY.filter((contract) => !broken.includes(contract));
    expect([broken.length, rest.length]).toEqual([112, 16]);
    for (const contract of rest)
      for (const flush of endings(contract)) expect(CONTRACTS.kvm.endedBy[flush]).toBe(true);
  });
});
