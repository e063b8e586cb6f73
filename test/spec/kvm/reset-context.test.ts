import { expect, it } from 'vitest';
import { resetContext } from '../../../spec/kvm/reset-context.ts';
import { access, inUse, movCr3, rootsOf, scene } from '../helpers.ts';

it('frees the current root and every cached one, and asks for nothing', () => {
  const here = scene({}, movCr3('b'), access('u0'));
  resetContext(here);
  expect([rootsOf(here.vcpu), here.vcpu.mmu.requests]).toEqual(['- - - -', []]);
});

it('leaves shadow pages and hardware TLB alone: the load behind it syncs and flushes', () => {
  const here = scene({}, access('u0'));
  const { shadow } = structuredClone(here.machine);
  resetContext(here);
  expect(here.machine.shadow).toEqual(shadow);
  expect(inUse(here.vcpu).hardware).toHaveLength(1);
});
