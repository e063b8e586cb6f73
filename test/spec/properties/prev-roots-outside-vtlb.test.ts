import { describe, expect, it } from 'vitest';
import { foundInStep } from '../../../spec/properties/judge.ts';
import { prevRootsOutsideVtlb } from '../../../spec/properties/prev-roots-outside-vtlb.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { access, cpuOf, inUse, movCr3, SET_PCIDE, scene, shadowOf, stepOf, writePte } from '../helpers.ts';

/** With PCIDE=0, b cached and stale, a current. */
const cached = () => scene({}, movCr3('b'), access('u0'), movCr3('a'), writePte('b:u0', 'f2'));

describe('a root that comes out of prev_roots with PCIDE=0', () => {
  it('is synced, and the hardware TLB flushed', () => {
    const here = cached();
    expect(foundInStep(prevRootsOutsideVtlb, here.world, stepOf(here, movCr3('b')))).toBeNull();
  });

  it('is missed when it was not synced', () => {
    const here = cached();
    const step = stepOf(here, movCr3('b'));
    shadowOf({ machine: step.after }, 'b@wp').unsyncChildren[0] = true;
    expect(foundInStep(prevRootsOutsideVtlb, here.world, step)).toBe(
      'root b|0 came out of prev_roots and was not synced',
    );
  });

  it.each([0, 1])('is missed when the hardware TLB was not flushed, of whatever PCID: %i', (pcid) => {
    const here = cached();
    const step = stepOf(here, movCr3('b'));
    for (const { vcpus } of [step.before, step.after])
      inUse(vcpus[0] as Vcpu).hardware = [{ pcid, page: 'u0', frame: 'f1' }];
    expect(foundInStep(prevRootsOutsideVtlb, here.world, step)).toBe(
      'root b|0 came out of prev_roots and the hardware TLB was not flushed',
    );
  });
});

it('what the hardware TLB has taken in since the flush is not missed', () => {
  const here = cached();
  const step = stepOf(here, movCr3('b'));
  inUse(cpuOf(step.after, 0)).hardware = [{ pcid: 1, page: 'u0', frame: 'f1' }];
  expect(foundInStep(prevRootsOutsideVtlb, here.world, step)).toBeNull();
});

describe('PCIDE 0->1', () => {
  it('leaves nothing in prev_roots', () => {
    const here = cached();
    expect(foundInStep(prevRootsOutsideVtlb, here.world, stepOf(here, SET_PCIDE))).toBeNull();
  });

  it('is wrong when it leaves a root', () => {
    const here = cached();
    const step = stepOf(here, SET_PCIDE);
    cpuOf(step.after, 0).mmu.prevRoots[0] = { pgd: { space: 'b', low: 0 }, page: 'b@wp' };
    expect(foundInStep(prevRootsOutsideVtlb, here.world, step)).toBe(
      'prev_roots[0] (b|0) survives CR4.PCIDE 0->1',
    );
  });

  it('is wrong so in the patch without its CR4 part', () => {
    const here = scene({ kernel: { base: 'patch', pcideSet: 'nothing' } }, movCr3('b'));
    expect(foundInStep(prevRootsOutsideVtlb, here.world, stepOf(here, SET_PCIDE))).toContain(
      '(a|0) survives',
    );
  });
});

it('a step with PCIDE=1 may keep what it likes', () => {
  const here = scene({}, SET_PCIDE, { ...movCr3('b|1'), noflush: true });
  expect(foundInStep(prevRootsOutsideVtlb, here.world, stepOf(here, access('u0')))).toBeNull();
});
