import { describe, expect, it } from 'vitest';
import { activePcid, hardwareTag, rootRole } from '../../../spec/state/vcpu.ts';
import { movCr4, noflush, SET_PCIDE, scene } from '../helpers.ts';

describe('the role of a root', () => {
  const { vcpu } = scene();

  it.each([
    [true, false, 'wp'],
    [true, true, 'wp'],
    [false, false, 'nowp'],
    [false, true, 'nowp-smep'],
  ])('with WP=%s and SMEP=%s is %s', (wp, smep, role) => {
    expect(rootRole({ ...vcpu.guest, cr0: { wp }, cr4: { ...vcpu.guest.cr4, smep } })).toBe(role);
  });

  it('depends on neither PGE nor PCIDE', () => {
    expect(rootRole({ ...vcpu.guest, cr4: { pcide: true, pge: true, smep: false } })).toBe('wp');
  });
});

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
