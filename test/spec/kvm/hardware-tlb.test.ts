import { describe, expect, it } from 'vitest';
import { flushTlbAll, flushTlbCurrent, flushTlbGuest, flushTlbGva } from '../../../spec/kvm/hardware-tlb.ts';
import { access, inUse, noflush, SET_PCIDE, scene } from '../helpers.ts';

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
  inUse(vcpu).hardware.map(({ pcid, page }) => `${pcid} ${page}`);

describe('a flush', () => {
  it('of everything needs no root', () => {
    const here = both();
    here.vcpu.mmu.root = null;
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
    here.vcpu.mmu.root = null;
    flushTlbCurrent(here);
    expect(entries(here)).toHaveLength(4);
  });

  it('of what the guest cached needs no root', () => {
    const here = both();
    here.vcpu.mmu.root = null;
    flushTlbGuest(here);
    expect(entries(here)).toEqual([]);
  });

  it('of an address empties it under every PCID', () => {
    const here = both();
    flushTlbGva(here, 'u0');
    expect(entries(here)).toEqual(['0 k0', '1 k0']);
  });
});
