import { describe, expect, it } from 'vitest';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { cpuOf, rootsOf, scene, shadowOf } from '../helpers.ts';

describe.each(Object.keys(LAYOUTS) as LayoutName[])('%s starts', (layout) => {
  const { world, machine } = scene({ layout });

  it('with its tables as the layout gives them', () => {
    expect(machine.memory).toEqual(world.layout.memory);
  });

  it('in space a with WP=1 and PCIDE=PGE=SMEP=0 on every vCPU', () => {
    expect(machine.vcpus).toHaveLength(world.layout.bounds.vcpus);
    for (const { cr0, cr3, cr4 } of machine.vcpus) {
      expect(cr0).toEqual({ wp: true });
      expect(cr3).toEqual({ space: 'a', low: 0 });
      expect(cr4).toEqual({ pcide: false, pge: false, smep: false });
    }
  });

  it('entered once: a root, no cached one, nothing pending, nothing in the hardware TLB', () => {
    for (const vcpu of machine.vcpus) {
      expect(rootsOf(vcpu)).toBe('a|0 - - -');
      expect(vcpu.requests).toEqual([]);
      expect(vcpu.hardwareCr3).toEqual({ page: 'a@wp', pcid: 0 });
      expect(vcpu.hardwareTlb).toEqual([]);
    }
  });

  it('with an empty shadow of the top page and no other', () => {
    expect(Object.keys(machine.shadow)).toEqual(['a@wp']);
    expect(shadowOf({ machine }, 'a@wp').entries.every((entry) => entry === null)).toBe(true);
  });

  it('with a guest TLB that may have taken in every page of space a', () => {
    expect(cpuOf(machine, 0).guestTlb).toEqual(
      world.layout.virtualPages
        .toSorted()
        .map((page) => ({ pcid: 0, page, frame: page === 'w0' ? 'b.u' : 'f1' })),
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
  expect(scene({ bounds: { cachedRoots: 1 } }).vcpu.prevRoots).toEqual([null]);
  expect(scene({ bounds: { cachedRoots: 0 } }).vcpu.prevRoots).toEqual([]);
});
