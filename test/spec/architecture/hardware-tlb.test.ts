import { describe, expect, it } from 'vitest';
import { hardwareFills, hardwareWalk } from '../../../spec/architecture/hardware-tlb.ts';
import { access, hardwareEntries, inUse, movCr4, noflush, scene, underTwoPcids } from '../helpers.ts';

it('holds what each PCID walked, and nothing global', () => {
  expect(hardwareEntries(underTwoPcids())).toEqual(['0 k0', '1 k0', '0 u0', '1 u0']);
});

it('holds no global entry though the guest marks its page global', () => {
  const { vcpu } = scene({ layout: 'kernel' }, movCr4({ pge: true }), access('k0'));
  expect(inUse(vcpu).hardware).toEqual([{ pcid: 0, page: 'k0', frame: 'f1' }]);
});

describe('the hardware walks the shadow tables', () => {
  it('from the CR3 that KVM loaded last, though the root is gone', () => {
    const here = underTwoPcids();
    here.vcpu.mmu.root = null;
    expect(hardwareWalk(here, 'u0')).toBe('f1');
  });

  it('and finds nothing where KVM has built nothing', () => {
    const here = scene();
    expect(hardwareWalk(here, 'u0')).toBeNull();
    expect(hardwareFills(here)).toEqual([]);
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });

  it('and finds nothing before the first load', () => {
    const here = underTwoPcids();
    here.vcpu.mmu.hardwareCr3 = null;
    expect(hardwareWalk(here, 'u0')).toBeNull();
  });
});

it('what it may take in is tagged as the guest runs now', () => {
  const here = underTwoPcids();
  expect(hardwareFills(here)).toEqual([
    { pcid: 0, page: 'u0', frame: 'f1' },
    { pcid: 0, page: 'k0', frame: 'f1' },
  ]);
  here.run(noflush('b|1'));
  expect(hardwareFills(here)).toEqual([
    { pcid: 1, page: 'u0', frame: 'f1' },
    { pcid: 1, page: 'k0', frame: 'f1' },
  ]);
});
