import { describe, expect, it } from 'vitest';
import type { WholeFlush } from '../../../spec/contracts/contract.ts';
import { CONTRACTS, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';

it('by sdm only the active CR3 fills the guest TLB', () => {
  expect(CONTRACTS.sdm.refill).toBe('active');
});

it('by kvm earlier CR3 values fill it too', () => {
  expect(CONTRACTS.kvm.refill).toBe('loaded');
});

it('a flush of a PCID as a whole ends the refill in what KVM promises', () => {
  expect(CONTRACTS.kvm.endedBy).toMatchObject({ 'mov-cr3': true, 'invpcid single': true });
});

describe('the next stronger promises', () => {
  const flushes = Object.keys(CONTRACTS.kvm.endedBy) as WholeFlush[];

  it('are one for each flush that KVM lets the refill survive', () => {
    const survived = flushes.filter((flush) => !CONTRACTS.kvm.endedBy[flush]);
    expect(survived).not.toEqual([]);
    expect(STRONGER_THAN_KVM).toHaveLength(survived.length);
  });

  it('each differ from kvm in that one flush', () => {
    for (const contract of STRONGER_THAN_KVM) {
      const differing = flushes.filter((flush) => contract.endedBy[flush] !== CONTRACTS.kvm.endedBy[flush]);
      expect(differing).toHaveLength(1);
      expect(contract.refill).toBe('loaded');
      expect(contract.name).toContain(differing[0]);
    }
  });
});
