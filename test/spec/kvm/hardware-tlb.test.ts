import { describe, expect, it } from 'vitest';
import { flushTlbAll, flushTlbCurrent, flushTlbGuest, flushTlbGva } from '../../../spec/kvm/hardware-tlb.ts';
import { hardwareEntries, underTwoPcids } from '../helpers.ts';

describe('a flush', () => {
  it('of everything needs no root', () => {
    const here = underTwoPcids();
    here.vcpu.mmu.root = null;
    flushTlbAll(here);
    expect(hardwareEntries(here)).toEqual([]);
  });

  it('of the current context empties every PCID', () => {
    const here = underTwoPcids();
    flushTlbCurrent(here);
    expect(hardwareEntries(here)).toEqual([]);
  });

  it('of the current context does nothing without a root', () => {
    const here = underTwoPcids();
    here.vcpu.mmu.root = null;
    flushTlbCurrent(here);
    expect(hardwareEntries(here)).toHaveLength(4);
  });

  it('of what the guest cached needs no root', () => {
    const here = underTwoPcids();
    here.vcpu.mmu.root = null;
    flushTlbGuest(here);
    expect(hardwareEntries(here)).toEqual([]);
  });

  it('of an address empties it under every PCID', () => {
    const here = underTwoPcids();
    flushTlbGva(here, 'u0');
    expect(hardwareEntries(here)).toEqual(['0 k0', '1 k0']);
  });
});
