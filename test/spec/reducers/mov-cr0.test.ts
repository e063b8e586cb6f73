import { expect, it } from 'vitest';
import { noWork } from '../../../spec/state/work.ts';
import { access, inUse, movCr0, movCr3, rootsOf, scene, writePte } from '../helpers.ts';

it('a change of WP drops every root, and the next entry loads one of the new role', () => {
  const here = scene({}, movCr3('b'), movCr0(false));
  expect(rootsOf(here.vcpu)).toBe('b|0 - - -');
  expect(here.vcpu.mmu.root?.page).toBe('b@nowp');
});

it('a write of the same value changes nothing', () => {
  const here = scene({}, movCr3('b'));
  const before = structuredClone(here.machine);
  here.run(movCr0(true));
  expect(here.machine).toEqual({ ...before, work: { ...noWork(), exits: 1 } });
});

it('raises no request', () => {
  expect(scene({}, movCr3('b')).run(movCr0(false)).requests).toEqual([]);
});

it('invalidates nothing in the guest TLB, and shows a store early all the same', () => {
  const here = scene({ contract: 'sdm' }, access('u0'), writePte('a:u0', 'f2'), movCr0(false));
  expect(inUse(here.vcpu).guest.map(({ frame }) => frame)).toEqual(['f1', 'f2']);
  expect(here.run(access('u0')).sees).toEqual(['f2']);
});
