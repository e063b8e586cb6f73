import { describe, expect, it } from 'vitest';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { unusedVpid, VPIDS } from '../../../spec/state/tlb.ts';
import { cpuOf, inUse, rootsOf, scene, shadowOf } from '../helpers.ts';

/** What a page maps at the start that does not map f1. */
const MAPPED: Readonly<Record<string, string>> = { 'window w0': 'b.u', 'stores k0': 's', 'flood u1': 'a.u' };

describe.each(Object.keys(LAYOUTS) as LayoutName[])('%s starts', (layout) => {
  const { world, machine } = scene({ layout });

  it('with its tables as the layout gives them', () => {
    expect(machine.memory).toEqual(world.layout.memory);
  });

  it('with no page table that the guest can store to without an exit', () => {
    expect(machine.writable).toEqual(
      Object.fromEntries(Object.keys(world.layout.memory).map((page) => [page, false])),
    );
  });

  it('in space a with WP=1 and PCIDE=PGE=SMEP=0 on every vCPU', () => {
    expect(machine.vcpus).toHaveLength(world.layout.bounds.vcpus);
    for (const { guest } of machine.vcpus) {
      expect(guest.cr0).toEqual({ wp: true });
      expect(guest.cr3).toEqual({ space: 'a', low: 0 });
      expect(guest.cr4).toEqual({ pcide: false, pge: false, smep: false });
      expect([guest.guestMode, guest.ownVpid]).toEqual([false, false]);
    }
  });

  it('entered once: a root, no cached one, nothing pending, nothing in the hardware TLB', () => {
    for (const vcpu of machine.vcpus) {
      expect(rootsOf(vcpu)).toBe(`a|0${' -'.repeat(world.layout.bounds.cachedRoots)}`);
      expect(vcpu.mmu.requests).toEqual([]);
      expect(vcpu.mmu.hardwareCr3).toEqual({ page: 'a@wp', pcid: 0 });
      for (const vpid of VPIDS) expect(vcpu.tlbs[vpid]).toMatchObject({ hardware: [], away: [] });
    }
  });

  it('with nothing in the guest TLB under the VPID of L2', () => {
    for (const { tlbs } of machine.vcpus) expect(tlbs.vpid02).toEqual(unusedVpid());
  });

  it('with an empty shadow of the top page and no other', () => {
    expect(Object.keys(machine.shadow)).toEqual(['a@wp']);
    expect(shadowOf({ machine }, 'a@wp').entries.every((entry) => entry === null)).toBe(true);
  });

  it('with a guest TLB that may have taken in every page of space a', () => {
    expect(inUse(cpuOf(machine, 0)).guest).toEqual(
      world.layout.virtualPages
        .toSorted()
        .map((page) => ({ pcid: 0, page, frame: MAPPED[`${layout} ${page}`] ?? 'f1' })),
    );
  });
});

it('machines of one layout do not share their tables', () => {
  const one = scene();
  const other = scene();
  one.run({ kind: 'write-pte', cpu: 0, space: 'a', page: 'u0', frame: 'f2', emulated: false });
  expect(other.machine.memory['a.u']?.entries).toEqual(['f1']);
  expect(one.world.layout.memory['a.u']?.entries).toEqual(['f1']);
});

it('the bound cachedRoots is the number of slots in prev_roots', () => {
  expect(scene({ bounds: { cachedRoots: 1 } }).vcpu.mmu.prevRoots).toEqual([null]);
  expect(scene({ bounds: { cachedRoots: 0 } }).vcpu.mmu.prevRoots).toEqual([]);
});
