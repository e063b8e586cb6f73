import { describe, expect, it } from 'vitest';
import { enterAll } from '../../../spec/step/enter.ts';
import { access, cpuOf, inUse, movCr3, on, rootsOf, scene, writePte, zapAll } from '../helpers.ts';

const two = (...events: Parameters<typeof scene>[1][]) =>
  scene({ layout: 'smp' }, access('u0'), on(1, access('u0')), ...events);

describe('entering', () => {
  it('drains every vCPU, those too that were kicked', () => {
    const here = two();
    here.exit(zapAll);
    enterAll(here.world, here.machine, 0);
    for (const vcpu of here.machine.vcpus)
      expect([vcpu.mmu.requests, rootsOf(vcpu)]).toEqual([[], 'a|0 - - -']);
  });

  it('a flush of every vCPU that a sync asked for reaches the other one', () => {
    const here = two(writePte('a:u0', 'f2'));
    here.exit(movCr3('a'));
    enterAll(here.world, here.machine, 0);
    expect(cpuOf(here.machine, 1).mmu.requests).toEqual([]);
    expect(inUse(cpuOf(here.machine, 1)).hardware).toEqual([]);
  });

  it('does not touch a vCPU that nobody kicked', () => {
    const here = two();
    const other = structuredClone(cpuOf(here.machine, 1));
    here.exit(movCr3('b'));
    enterAll(here.world, here.machine, 0);
    expect(cpuOf(here.machine, 1)).toEqual(other);
  });

  it('enters the vCPU of the event, whichever it is', () => {
    const here = two();
    here.exit(on(1, movCr3('b')));
    enterAll(here.world, here.machine, 1);
    expect(here.machine.vcpus.map(rootsOf)).toEqual(['a|0 - - -', 'b|0 a|0 - -']);
  });

  it('of a machine in which all run changes nothing', () => {
    const here = two();
    const before = structuredClone(here.machine);
    enterAll(here.world, here.machine, 0);
    expect(here.machine).toEqual(before);
  });
});
