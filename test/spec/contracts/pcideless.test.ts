import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { copyMachine } from '../../../spec/state/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { VPIDS } from '../../../spec/state/tlb.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import { Random } from '../../../src/checker/random.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { access, movCr4, scene, writePte } from '../helpers.ts';

const WALKS = 25;
const LENGTH = 40;

/** What the guest's TLBs of each vCPU may hold, under each VPID. */
function guestTlbs({ vcpus }: Machine) {
  return vcpus.map(({ tlbs }) => VPIDS.map((vpid) => tlbs[vpid].guest));
}

function nested(action: 'enter' | 'exit', space: string): Event {
  return { kind: 'nested', cpu: 0, action, space };
}

const setsPcide = (event: Event) => event.kind === 'mov-cr4' && event.bits.pcide === true;

/** The worlds of a layout under `sdm` and under `kvm`. */
function worldsOf(layout: Layout): readonly [World, World] {
  const kernel = KERNELS['v6.12'];
  return [
    { kernel, contract: CONTRACTS.sdm, layout },
    { kernel, contract: CONTRACTS.kvm, layout },
  ];
}

/** Takes an event in both machines; whether the guest's TLBs are the same then, or it is refused. */
function staySame(worlds: readonly [World, World], machines: readonly Machine[], event: Event): boolean {
  worlds.forEach((world, i) => {
    step(world, machines[i] as Machine, event);
  });
  const [sdm, kvm] = machines.map(guestTlbs);
  return isDeepStrictEqual(sdm, kvm);
}

/** Every layout, and some larger than usual where one space or one PCID says little. */
const SETTINGS: readonly (readonly [LayoutName, Partial<Bounds>])[] = [
  ...(Object.keys(LAYOUTS) as LayoutName[]).map((name) => [name, {}] as const),
  ['vpids', { spaces: 2, pcids: 2 }],
  ['nested', { spaces: 3, pcids: 3 }],
  ['faults', { spaces: 2, pcids: 2 }],
  ['twice', { pcids: 2 }],
];

/** Where a nested VM entry or exit loads CR3. */
const NESTS: readonly LayoutName[] = ['nested', 'vpids'];

describe('while PCIDE=0 the two contracts are the same, and at first when it is set', () => {
  it.each(SETTINGS)('%s %o', (name, bounds) => {
    const layout = buildLayout(LAYOUTS[name], bounds);
    const worlds = worldsOf(layout);
    const random = new Random(1);
    const staying = layout.events.filter((event) => !setsPcide(event));
    const setting = NESTS.includes(name) ? [] : layout.events.filter(setsPcide);
    for (let walks = 0; walks < WALKS; walks++) {
      const machines = worlds.map(initialMachine);
      const trace: string[] = [];
      for (let length = 0; length < LENGTH; length++) {
        const event = staying[random.below(staying.length)] as Event;
        trace.push(formatEvent(event));
        expect(staySame(worlds, machines, event), trace.join('; ')).toBe(true);
        for (const set of setting) {
          const text = [...trace, formatEvent(set)].join('; ');
          expect(staySame(worlds, machines.map(copyMachine), set), text).toBe(true);
        }
      }
    }
  });

  it('but a nested entry or exit is no flush of a PCID: what was loaded before it is back when PCIDE is set', () => {
    const held = (contract: 'sdm' | 'kvm') => {
      const { vcpu, run } = scene({ layout: 'nested', contract });
      run(writePte('b:u0', 'f2'), nested('enter', 'b'), nested('exit', 'a'), movCr4({ pcide: true }));
      return vcpu.tlbs.vpid01.guest.map(({ page, frame }) => `${page} ${frame}`);
    };
    expect(held('sdm')).toEqual(['u0 f1']);
    expect(held('kvm')).toEqual(['u0 f1', 'u0 f2']);
  });
});

/**
 * L1 stores to b's table, and goes to L2 and back without a VPID for it. The entry and the exit each invalidate what is
 * cached under VPID 0, of every PCID (SDM vol. 3C, 29.3); with PCIDE=0 there is none but PCID 0. So L2 has what b
 * gives, f2, and L1 has what a gives, f1: nothing that came in through b is left, and no cached CR3 can be in use again
 * without a load that invalidates.
 */
describe.each(['sdm', 'kvm'] as const)('under %s, an entry of L2 and back', (contract) => {
  const { vcpu, run } = scene({ layout: 'nested', contract });
  const u0 = () =>
    VPIDS.map((vpid) => vcpu.tlbs[vpid].guest.filter(({ page }) => page === 'u0').map(({ frame }) => frame));

  it('leaves L1 with what its own tables give', () => {
    run(writePte('b:u0', 'f2'));
    expect(u0()).toEqual([['f1'], []]);
    run(nested('enter', 'b'));
    expect(u0()).toEqual([['f2'], []]);
    run(nested('exit', 'a'));
    expect(u0()).toEqual([['f1'], []]);
    expect(run(access('u0')).sees).toEqual(['f1']);
  });
});
