import { describe, expect, it } from 'vitest';
import type { Event } from '../../../../spec/events/event.ts';
import type { Machine } from '../../../../spec/state/machine.ts';
import type { ShadowPage } from '../../../../spec/state/shadow.ts';
import type { Root, Vcpu } from '../../../../spec/state/vcpu.ts';
import { noWork } from '../../../../spec/state/work.ts';
import { initialMachine } from '../../../../spec/step/initial.ts';
import { step } from '../../../../spec/step/step.ts';
import type { World } from '../../../../spec/world/world.ts';
import { Random } from '../../../../src/checker/random.ts';
import { rowLayout } from '../../../../src/engine/rows/layout.ts';
import { PackError, Packer } from '../../../../src/engine/views/pack.ts';
import { Unpacker } from '../../../../src/engine/views/unpack.ts';
import { LAYOUT_NAMES, nameOf, type Scope, worldOf } from '../scopes.ts';

const SCOPES: readonly Scope[] = [
  ...LAYOUT_NAMES.map(
    (layout): Scope => ({ kernel: 'v6.12', layout, set: { staleFault: 'install-obsolete' } }),
  ),
  { kernel: 'patch', layout: 'everything', bounds: { spaces: 5, pcids: 16, frames: 8, userPages: 3 } },
  { kernel: 'v5.13', layout: 'everything, deep', bounds: { spaces: 8, vcpus: 2, frames: 3 } },
  { kernel: 'patch', contract: 'sdm', layout: 'everything, deep and shared', bounds: { vcpus: 4 } },
  { kernel: 'v5.13', layout: 'everything, window', bounds: { spaces: 4, userPages: 2 } },
];

/** A packer and an unpacker of whole machines, and a row. */
function packing({ layout, contract }: World) {
  const rows = rowLayout(layout, contract, {
    tlbs: 'whole',
    loadedApart: false,
    strayRoots: false,
    smepRole: 'andnot-wp',
  });
  return {
    packer: new Packer(layout, rows),
    unpacker: new Unpacker(layout, rows),
    row: new Int32Array(rows.words),
  };
}

describe('a machine that is packed and unpacked is the same machine', () => {
  it.each(SCOPES.map((scope) => [nameOf(scope), scope] as const))('on walks: %s', (_, scope) => {
    const world = worldOf(scope);
    const { packer, unpacker, row } = packing(world);
    const { events } = world.layout;
    const random = new Random(1);
    const machine = initialMachine(world);
    for (let i = 0; i < 400; i++) {
      step(world, machine, events[random.below(events.length)] as Event);
      packer.pack(machine, row);
      expect(unpacker.unpack(row)).toEqual({ ...machine, work: noWork() });
    }
  });
});

const MINIMAL = worldOf({ kernel: 'v6.12', layout: 'minimal' });
const HOST = worldOf({ kernel: 'v6.12', layout: 'smp' });

/** Tries to pack the machine of the start, changed. */
function pack(change: (machine: Machine, vcpu: Vcpu, top: ShadowPage) => void, world = MINIMAL) {
  const { packer, unpacker, row } = packing(world);
  const machine = structuredClone(initialMachine(world));
  change(machine, machine.vcpus[0] as Vcpu, machine.shadow['a@wp'] as ShadowPage);
  packer.pack(machine, row);
  return unpacker.unpack(row);
}

const root = (space: string, page: string, low = 0): Root => ({ pgd: { space, low }, page });
const empty = { page: 'a', role: 'wp', level: 2, entries: [null], unsyncChildren: [false] } as const;
const obsolete = (entries: (string | null)[] = [null]): ShadowPage => ({
  ...structuredClone(empty),
  entries,
  unsyncChildren: [false],
  unsync: false,
  obsolete: true,
  writeFloodingCount: 0,
});

describe('a machine that no row can hold is refused', () => {
  it.each<readonly [string, (machine: Machine, vcpu: Vcpu, top: ShadowPage) => void]>([
    ['an upper page that is unsync', (_, __, top) => (top.unsync = true)],
    ['a pending request', (_, vcpu) => vcpu.mmu.requests.push('MMU_SYNC')],
    ['a root page of another space than its CR3', (_, vcpu) => (vcpu.mmu.root = root('b', 'a@wp'))],
    ['a root that is no top page', (_, vcpu) => (vcpu.mmu.root = root('a', 'a.u@wp'))],
    ['a root of a role that the layout lacks', (_, vcpu) => (vcpu.mmu.root = root('a', 'a@nowp'))],
    ['a root with low bits beyond the PCIDs', (_, vcpu) => (vcpu.mmu.root = root('a', 'a@wp', 2))],
    ['a CR3 with low bits beyond the PCIDs', (_, vcpu) => (vcpu.guest.cr3 = { space: 'a', low: 2 })],
    ['a loaded CR3 beyond the PCIDs', (_, vcpu) => (vcpu.tlbs.vpid01.loaded = [{ space: 'a', low: 2 }])],
    ['a bit of CR4 that no event changes', (_, vcpu) => (vcpu.guest.cr4.pge = true)],
    ['CR0.WP clear where no event clears it', (_, vcpu) => (vcpu.guest.cr0.wp = false)],
    [
      'an obsolete root where nothing is zapped',
      (machine, vcpu) => {
        machine.shadow['a@wp!'] = obsolete();
        vcpu.mmu.root = root('a', 'a@wp!');
      },
    ],
    ['an unknown frame', (machine) => machine.memory['a.u']?.entries.splice(0, 1, 'f3')],
    [
      'a guest entry that no event changes, changed',
      (machine) => machine.memory.a?.entries.splice(0, 1, null),
    ],
    ['a guest page that is missing', (machine) => delete machine.memory['a.u']],
    ['a link to another page', (_, __, top) => top.entries.splice(0, 1, 'b.u@wp')],
    ['a shadow page of an unknown page', (machine, _, top) => (machine.shadow['z@wp'] = top)],
    ['a count of stores where none is counted', (_, __, top) => (top.writeFloodingCount = 1)],
    [
      'a translation of an unknown page',
      (_, vcpu) => (vcpu.tlbs.vpid01.guest = [{ pcid: 0, page: 'u1', frame: 'f1' }]),
    ],
    [
      'a translation under an unknown PCID',
      (_, vcpu) => (vcpu.tlbs.vpid01.hardware = [{ pcid: 2, page: 'u0', frame: 'f1' }]),
    ],
    [
      'a global translation where there is none',
      (_, vcpu) => (vcpu.tlbs.vpid01.guest = [{ pcid: 'global', page: 'u0', frame: 'f1' }]),
    ],
  ])('%s', (_, change) => {
    expect(() => pack(change)).toThrow(PackError);
  });

  it.each<readonly [string, (machine: Machine, vcpu: Vcpu) => void]>([
    ['an obsolete page that no root slot holds', (machine) => (machine.shadow['a@wp!'] = obsolete())],
    [
      'an obsolete page with entries',
      (machine, vcpu) => {
        machine.shadow['a@wp!'] = obsolete(['a.u@wp']);
        vcpu.mmu.root = root('a', 'a@wp!');
      },
    ],
    [
      'an obsolete page in the hardware CR3',
      (machine, vcpu) => {
        machine.shadow['a@wp!'] = obsolete();
        vcpu.mmu.root = root('a', 'a@wp!');
        vcpu.mmu.hardwareCr3 = { page: 'a@wp!', pcid: 0 };
      },
    ],
  ])('where the host zaps: %s', (_, change) => {
    expect(() => pack(change, HOST)).toThrow(PackError);
  });

  it('and one with a zapped root is kept', () => {
    const machine = pack((machine, vcpu) => {
      machine.shadow['a@wp!'] = obsolete();
      vcpu.mmu.prevRoots[0] = root('a', 'a@wp!', 1);
    }, HOST);
    expect(machine.vcpus[0]?.mmu.prevRoots[0]).toEqual(root('a', 'a@wp!', 1));
    expect(machine.shadow['a@wp!']).toEqual(obsolete());
  });
});
