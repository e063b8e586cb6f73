import { describe, expect, it } from 'vitest';
import {
  fillHardwareTlb,
  flushTlbAll,
  flushTlbCurrent,
  flushTlbGuest,
  flushTlbGva,
  hardwareWalk,
} from '../../../spec/kvm/hardware-tlb.ts';
import { access, movCr4, noflush, SET_PCIDE, scene } from '../helpers.ts';

/** u0 and k0 cached under PCIDs 0 and 1; PCID 0 active. */
const both = () =>
  scene(
    { layout: 'kernel' },
    SET_PCIDE,
    noflush('b|1'),
    access('u0'),
    access('k0'),
    noflush('a'),
    access('u0'),
    access('k0'),
  );

const entries = ({ vcpu }: ReturnType<typeof both>) =>
  vcpu.hardwareTlb.map(({ pcid, page }) => `${pcid} ${page}`);

it('holds what each PCID walked, and nothing global', () => {
  expect(entries(both())).toEqual(['0 k0', '1 k0', '0 u0', '1 u0']);
});

it('holds no global entry though the guest marks its page global', () => {
  const { vcpu } = scene({ layout: 'kernel' }, movCr4({ pge: true }), access('k0'));
  expect(vcpu.hardwareTlb).toEqual([{ pcid: 0, page: 'k0', frame: 'f1' }]);
});

describe('a flush', () => {
  it('of everything needs no root', () => {
    const here = both();
    here.vcpu.root = null;
    flushTlbAll(here);
    expect(entries(here)).toEqual([]);
  });

  it('of the current context empties every PCID', () => {
    const here = both();
    flushTlbCurrent(here);
    expect(entries(here)).toEqual([]);
  });

  it('of the current context does nothing without a root', () => {
    const here = both();
    here.vcpu.root = null;
    flushTlbCurrent(here);
    expect(entries(here)).toHaveLength(4);
  });

  it('of what the guest cached needs no root', () => {
    const here = both();
    here.vcpu.root = null;
    flushTlbGuest(here);
    expect(entries(here)).toEqual([]);
  });

  it('of an address empties it under every PCID', () => {
    const here = both();
    flushTlbGva(here.vcpu, 'u0');
    expect(entries(here)).toEqual(['0 k0', '1 k0']);
  });
});

describe('the hardware walks the shadow tables', () => {
  it('from the CR3 that KVM loaded last, though the root is gone', () => {
    const here = both();
    here.vcpu.root = null;
    expect(hardwareWalk(here, 'u0')).toBe('f1');
  });

  it('and finds nothing where KVM has built nothing', () => {
    const here = scene();
    expect(hardwareWalk(here, 'u0')).toBeNull();
    fillHardwareTlb(here);
    expect(here.vcpu.hardwareTlb).toEqual([]);
  });

  it('and finds nothing before the first load', () => {
    const here = both();
    here.vcpu.hardwareCr3 = null;
    expect(hardwareWalk(here, 'u0')).toBeNull();
  });
});
