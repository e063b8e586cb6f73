import { describe, expect, it } from 'vitest';
import type { TlbEffect } from '../../../spec/state/tlb-effects.ts';
import { handle } from '../../../spec/step/exit.ts';
import {
  access,
  inUse,
  invlpg,
  invpcidAll,
  movCr3,
  noflush,
  on,
  rootsOf,
  scene,
  writePte,
  zapAll,
} from '../helpers.ts';

describe('an exit', () => {
  it('leaves the requests pending, and names them in the order of their service', () => {
    const here = scene({}, movCr3('b'));
    expect(here.exit(movCr3('a')).requests).toEqual(['MMU_SYNC', 'LOAD_MMU_PGD', 'TLB_FLUSH_CURRENT']);
    expect(here.vcpu.mmu.requests.toSorted()).toEqual(['LOAD_MMU_PGD', 'MMU_SYNC', 'TLB_FLUSH_CURRENT']);
  });

  it('loads no root', () => {
    const here = scene();
    here.exit(movCr3('b'));
    expect(rootsOf(here.vcpu)).toBe('- a|0 - -');
  });

  it('names the frames that an access may read, and none for other events', () => {
    const here = scene();
    expect(here.exit(access('u0')).sees).toEqual(['f1']);
    expect(here.exit(writePte('a:u0', 'f2')).sees).toEqual([]);
  });

  it('invalidates the guest TLB', () => {
    const here = scene();
    here.exit(invpcidAll);
    expect(inUse(here.vcpu).guest).toEqual([]);
  });

  it('names the requests of the vCPU of the event', () => {
    const here = scene({ layout: 'smp' }, access('u0'));
    expect(here.exit(on(1, movCr3('b'))).requests).toEqual(['MMU_SYNC', 'TLB_FLUSH_CURRENT']);
    expect(here.vcpu.mmu.requests).toEqual([]);
    expect(here.exit(zapAll).requests).toEqual(['MMU_FREE_OBSOLETE_ROOTS', 'TLB_FLUSH']);
  });
});

it('a #GP invalidates nothing and raises nothing', () => {
  const here = scene({}, access('u0'));
  const before = structuredClone(here.machine);
  expect(here.exit(noflush('b'))).toEqual({ outcome: '#GP', requests: [], sees: [] });
  expect(here.machine).toEqual(before);
});

it('a vCPU that is not there is a mistake of the caller', () => {
  expect(() => scene().exit(on(1, access('u0')))).toThrow('cannot happen: no vCPU 1');
});

it('what becomes of the TLBs can be told instead of done', () => {
  const here = scene({ layout: 'kernel' }, access('u0'));
  const { tlbs } = structuredClone(here.vcpu);
  const told: TlbEffect[] = [];
  const outcome = handle(here.world, here.machine, invlpg('u0'), (vcpu, effect) => {
    expect(vcpu).toBe(here.vcpu);
    told.push(effect);
  });
  expect(outcome).toBe('ok');
  expect(told).toMatchObject([
    { on: 'guest', vpid: 'vpid01', drops: { pcid: 0, page: 'u0', globals: true } },
    { on: 'hardware', vpid: 'vpid01', drops: { pcid: 'every', page: 'u0' } },
  ]);
  expect(here.vcpu.tlbs).toEqual(tlbs);
});
