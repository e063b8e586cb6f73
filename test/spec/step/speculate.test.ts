import { describe, expect, it } from 'vitest';
import { EMPTY_TLB } from '../../../spec/state/tlb.ts';
import { speculate } from '../../../spec/step/speculate.ts';
import { access, inUse, scene, writePte } from '../helpers.ts';

describe('speculation', () => {
  it('fills both TLBs of every vCPU', () => {
    const here = scene({ layout: 'smp' }, access('u0'));
    for (const vcpu of here.machine.vcpus) {
      inUse(vcpu).guest = EMPTY_TLB;
      inUse(vcpu).hardware = EMPTY_TLB;
    }
    speculate(here.world, here.machine);
    for (const vcpu of here.machine.vcpus) {
      expect(inUse(vcpu).guest).toEqual([{ pcid: 0, page: 'u0', frame: 'f1' }]);
      expect(inUse(vcpu).hardware).toEqual([{ pcid: 0, page: 'u0', frame: 'f1' }]);
    }
  });

  it('fills the guest TLB from the guest tables and the hardware TLB from the shadow', () => {
    const { vcpu } = scene({}, access('u0'), writePte('a:u0', 'f2'));
    expect(inUse(vcpu).guest.map(({ frame }) => frame)).toEqual(['f1', 'f2']);
    expect(inUse(vcpu).hardware.map(({ frame }) => frame)).toEqual(['f1']);
  });

  it('again changes nothing', () => {
    const here = scene({ layout: 'kernel' }, access('u0'));
    const before = structuredClone(here.machine);
    speculate(here.world, here.machine);
    expect(here.machine).toEqual(before);
  });
});
