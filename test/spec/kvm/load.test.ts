import { describe, expect, it } from 'vitest';
import { loadPgd, reload } from '../../../spec/kvm/load.ts';
import { unload } from '../../../spec/kvm/roots.ts';
import { access, inUse, movCr3, noflush, rootsOf, SET_PCIDE, scene, shadowOf, writePte } from '../helpers.ts';

describe('a load', () => {
  it('does nothing while there is a root', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const before = structuredClone(here.machine);
    reload(here);
    expect(here.machine).toEqual(before);
  });

  it('finds the shadow page of the guest CR3 and syncs what is below it', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const page = shadowOf(here, 'a@wp');
    unload(here);
    reload(here);
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
    expect(shadowOf(here, 'a@wp')).toBe(page);
    expect(page.unsyncChildren).toEqual([false]);
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: false, entries: [null] });
  });

  it('makes a new page for a space that has none', () => {
    const here = scene();
    here.vcpu.guest.cr3 = { space: 'b', low: 0 };
    here.vcpu.mmu.root = null;
    reload(here);
    expect(shadowOf(here, 'b@wp')).toMatchObject({ page: 'b', role: 'wp', level: 2, entries: [null] });
  });

  it('flushes the hardware TLB, every PCID of it', () => {
    const here = scene({}, SET_PCIDE, noflush('b|1'), access('u0'), noflush('a'), access('u0'));
    expect(inUse(here.vcpu).hardware).toHaveLength(2);
    unload(here);
    reload(here);
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });

  it('keeps CR3 in all its bits with the root', () => {
    const here = scene({}, movCr3('a|24'));
    expect(here.vcpu.mmu.root?.pgd).toEqual({ space: 'a', low: 24 });
  });

  it('points the hardware to the root, tagged with the active PCID', () => {
    const here = scene({}, SET_PCIDE, noflush('b|1'));
    expect(here.vcpu.mmu.hardwareCr3).toEqual({ page: 'b@wp', pcid: 1 });
  });

  it('tags it with PCID 0 while PCIDE=0', () => {
    expect(scene({}, movCr3('b|24')).vcpu.mmu.hardwareCr3).toEqual({ page: 'b@wp', pcid: 0 });
  });
});

it('without a root the hardware CR3 is left alone', () => {
  const here = scene();
  here.vcpu.mmu.root = null;
  loadPgd(here);
  expect(here.vcpu.mmu.hardwareCr3).toEqual({ page: 'a@wp', pcid: 0 });
});
