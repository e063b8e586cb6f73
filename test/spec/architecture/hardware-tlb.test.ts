import { describe, expect, it } from 'vitest';
import { hardwareFills, hardwareWalk } from '../../../spec/architecture/hardware-tlb.ts';
import { access, inUse, movCr4, noflush, SET_PCIDE, scene } from '../helpers.ts';

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

it('holds what each PCID walked, and nothing global', () => {
  expect(entries(both())).toEqual(['0 k0', '1 k0', '0 u0', '1 u0']);
});

it('holds no global entry though the guest marks its page global', () => {
  const { vcpu } = scene({ layout: 'kernel' }, movCr4({ pge: true }), access('k0'));
  expect(inUse(vcpu).hardware).toEqual([{ pcid: 0, page: 'k0', frame: 'f1' }]);
});

describe('the hardware walks the shadow tables', () => {
  it('from the CR3 that KVM loaded last, though the root is gone', () => {
    const here = both();
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
    const here = both();
    here.vcpu.mmu.hardwareCr3 = null;
    expect(hardwareWalk(here, 'u0')).toBeNull();
  });
});

it('what it may take in is tagged as the guest runs now', () => {
  const here = both();
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
