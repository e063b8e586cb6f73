import { Immer } from 'immer';
import { describe, expect, it } from 'vitest';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import { step } from '../../../spec/step/step.ts';
import { access, cpuOf, inUse, movCr3, noflush, on, rootsOf, scene, writePte } from '../helpers.ts';

describe('a step', () => {
  it('is exit, enter and speculate', () => {
    const here = scene({}, writePte('b:u0', 'f2'));
    expect(here.run(movCr3('b')).requests).toEqual(['MMU_SYNC', 'TLB_FLUSH_CURRENT']);
    expect([here.vcpu.mmu.requests, rootsOf(here.vcpu)]).toEqual([[], 'b|0 a|0 - -']);
    expect(inUse(here.vcpu).guest).toEqual([{ pcid: 0, page: 'u0', frame: 'f2' }]);
  });

  it('that faults changes nothing, not even the TLBs', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const before = structuredClone(here.machine);
    here.run(noflush('b'));
    expect(here.machine).toEqual(before);
  });

  it('on one vCPU reaches the other through what they share', () => {
    const here = scene({ layout: 'smp' }, access('u0'), on(1, access('u0')), writePte('a:u0', 'f2'));
    expect(inUse(cpuOf(here.machine, 1)).guest.map(({ frame }) => frame)).toEqual(['f1', 'f2']);
    here.run(on(1, movCr3('a')));
    expect(inUse(here.vcpu).hardware).toEqual([]);
    expect(here.run(access('u0')).sees).toEqual(['f2']);
  });
});

describe.each(Object.keys(LAYOUTS) as LayoutName[])('the events of %s', (layout) => {
  const immer = new Immer();

  it('come to the same on a draft and in place', () => {
    const bounds = { spaces: 2, userPages: 1 };
    const { world, machine } = scene({ layout, bounds }, access('u0'), writePte('a:u0', 'f2'), movCr3('b'));
    for (const event of world.layout.events) {
      const inPlace = copyMachine(machine);
      step(world, inPlace, event);
      const pure = immer.produce(machine, (draft) => {
        step(world, draft, event);
      });
      expect(pure).toEqual(inPlace);
    }
  });
});
