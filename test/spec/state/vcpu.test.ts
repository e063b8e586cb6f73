import { describe, expect, it } from 'vitest';
import { activePcid, hardwareTag } from '../../../spec/state/vcpu.ts';
import { movCr4, noflush, SET_PCIDE, scene } from '../helpers.ts';

describe('the tag of what is cached now', () => {
  it('is the PCID in CR3, for the guest and for the hardware', () => {
    const { vcpu } = scene({}, SET_PCIDE, noflush('b|1'));
    expect([activePcid(vcpu.guest), hardwareTag(vcpu)]).toEqual([1, 1]);
  });

  it('is 0 with PCIDE=0, though the low bits are not', () => {
    const { vcpu } = scene({}, { kind: 'mov-cr3', cpu: 0, space: 'b', low: 8, noflush: false });
    expect(vcpu.guest.cr3.low).toBe(8);
    expect([activePcid(vcpu.guest), hardwareTag(vcpu)]).toEqual([0, 0]);
  });

  it('is 0 after PCIDE 1->0, though the hardware CR3 still carries the PCID', () => {
    const { vcpu } = scene({}, SET_PCIDE, noflush('b|1'), movCr4({ pcide: false }));
    expect(vcpu.mmu.hardwareCr3?.pcid).toBe(1);
    expect([activePcid(vcpu.guest), hardwareTag(vcpu)]).toEqual([0, 0]);
  });
});
