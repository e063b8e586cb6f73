import { describe, expect, it } from 'vitest';
import { flushesOrdered } from '../../../spec/properties/flushes-ordered.ts';
import { access, movCr3, noflush, SET_PCIDE, scene, writePte } from '../helpers.ts';

const busy = (kernel: 'v5.14' | 'patch' | 'v6.12') =>
  scene({ kernel }, SET_PCIDE, access('u0'), noflush('b|1'), access('u0'), writePte('b:u0', 'f2'));

describe('reset, reload and guest flush', () => {
  it.each(['v5.14', 'patch', 'v6.12'] as const)('each leave no more than the next in %s', (kernel) => {
    const { world, machine } = busy(kernel);
    expect(flushesOrdered.violation(world, machine)).toBeNull();
  });

  it('are carried out on a copy', () => {
    const { world, machine } = busy('v6.12');
    const before = structuredClone(machine);
    flushesOrdered.violation(world, machine);
    expect(machine).toEqual(before);
  });

  it('are out of order when the guest flush keeps a root that a reload would not load', () => {
    const { world, machine, vcpu } = scene(
      {},
      access('u0'),
      writePte('b:u0', 'f2'),
      movCr3('b'),
      access('u0'),
      movCr3('a'),
    );
    vcpu.mmu.root = { pgd: { space: 'b', low: 0 }, page: 'b@wp' };
    expect(flushesOrdered.violation(world, machine)).toBe(
      'cpu 0: MMU_RELOAD leaves root a|0 u0 f1, and TLB_FLUSH_GUEST does not',
    );
  });
});
