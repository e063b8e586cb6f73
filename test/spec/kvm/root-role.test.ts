import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { rootRole } from '../../../spec/kvm/root-role.ts';
import { scene } from '../helpers.ts';

describe('the role of a root', () => {
  const { world, vcpu } = scene();

  it.each([
    [true, false, 'wp', 'wp'],
    [true, true, 'wp', 'wp-smep'],
    [false, false, 'nowp', 'nowp'],
    [false, true, 'nowp-smep', 'nowp-smep'],
  ])('with WP=%s and SMEP=%s is %s up to v7.1, and %s from v7.2 on', (wp, smep, before, after) => {
    const guest = { ...vcpu.guest, cr0: { wp }, cr4: { ...vcpu.guest.cr4, smep } };
    const roleUnder = (kernel: 'v6.15' | 'v7.2') =>
      rootRole({ ...world, kernel: KERNELS[kernel] }, { ...vcpu, guest });
    expect([roleUnder('v6.15'), roleUnder('v7.2')]).toEqual([before, after]);
  });

  it('depends on neither PGE nor PCIDE', () => {
    const guest = { ...vcpu.guest, cr4: { pcide: true, pge: true, smep: false } };
    expect(rootRole(world, { ...vcpu, guest })).toBe('wp');
  });

  it('is that of L2 while it runs, whatever WP and SMEP are', () => {
    const guest = { ...vcpu.guest, guestMode: true, cr4: { ...vcpu.guest.cr4, smep: true } };
    expect(rootRole(world, { ...vcpu, guest })).toBe('l2');
  });
});
