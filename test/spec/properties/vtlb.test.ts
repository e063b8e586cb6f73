import { describe, expect, it } from 'vitest';
import { heldBy } from '../../../spec/properties/judge.ts';
import type { Held } from '../../../spec/properties/property.ts';
import {
  type Context,
  cachedRoots,
  contextAt,
  contexts,
  describeStale,
  isAllowed,
  staleTranslations,
  translationsOf,
} from '../../../spec/properties/vtlb.ts';
import { EMPTY_TLB } from '../../../spec/state/tlb.ts';
import {
  access,
  inUse,
  invpcidSingle,
  movCr3,
  noflush,
  SET_PCIDE,
  scene,
  shadowOf,
  writePte,
} from '../helpers.ts';

const withPcids = () => scene({}, SET_PCIDE, noflush('b|1'), access('u0'), noflush('a'), access('u0'));

describe('the contexts of the vTLB', () => {
  it('with PCIDE=1 are the root and prev_roots', () => {
    expect(contexts(withPcids().vcpu).map(({ holder }) => holder)).toEqual(['root', 'prev_roots[0]']);
  });

  it('with PCIDE=0 are the root alone', () => {
    const { vcpu } = scene({}, movCr3('b'));
    expect(contexts(vcpu).map(({ holder }) => holder)).toEqual(['root']);
    expect(cachedRoots(vcpu).map(({ holder }) => holder)).toEqual(['prev_roots[0]']);
  });

  it('without a root are the cached ones', () => {
    const { vcpu } = withPcids();
    vcpu.mmu.root = null;
    expect(contexts(vcpu).map(({ holder }) => holder)).toEqual(['prev_roots[0]']);
  });
});

describe('what a context would use', () => {
  const used = (here = withPcids(), slot = 0) => {
    const context = contexts(here.vcpu)[slot];
    if (context === undefined) throw new Error('no such context');
    return translationsOf(here.world, here.machine, 0, context).map(
      ({ holder, frame }) => `${holder} ${frame}`,
    );
  };

  it('is what its root gives, whether or not the hardware holds it too', () => {
    const here = withPcids();
    expect(inUse(here.vcpu).hardware).toHaveLength(2);
    expect(used(here)).toEqual(['root f1']);
    expect(used(here, 1)).toEqual(['prev_roots[0] f1']);
  });

  it('and what the hardware alone holds under its PCID', () => {
    const here = withPcids();
    for (const id of ['a.u@wp', 'b.u@wp']) shadowOf(here, id).entries[0] = 'f2';
    expect(used(here)).toEqual(['hardware TLB f1', 'root f2']);
    expect(used(here, 1)).toEqual(['hardware TLB f1', 'prev_roots[0] f2']);
  });

  it('is not what the hardware holds under a PCID that no root has', () => {
    const here = withPcids();
    here.run(writePte('b:u0', 'f2'), invpcidSingle(1));
    expect(inUse(here.vcpu).hardware.some(({ pcid }) => pcid === 1)).toBe(true);
    expect(used(here)).toEqual(['root f1']);
    expect(staleTranslations(here.world, here.machine)).toEqual([]);
    shadowOf(here, 'a.u@wp').entries[0] = null;
    expect(used(here)).toEqual(['hardware TLB f1']);
    inUse(here.vcpu).hardware = inUse(here.vcpu).hardware.filter(({ pcid }) => pcid === 1);
    expect(used(here)).toEqual([]);
  });

  it('nor what it holds of L1 under a PCID that only a root of L2 has', () => {
    const nested = { kind: 'nested', cpu: 0, space: 'a' } as const;
    const here = scene(
      { layout: 'vpids', bounds: { spaces: 1, pcids: 2, cachedRoots: 3 } },
      access('u0'),
      SET_PCIDE,
      movCr3('a|1'),
    );
    here.run(writePte('a:u0', 'f2'), noflush('a'), invpcidSingle(1));
    here.run({ ...nested, action: 'enter', vpid: 'same' }, movCr3('a|1'), { ...nested, action: 'exit' });
    expect(inUse(here.vcpu).hardware).toContainEqual({ pcid: 1, page: 'u0', frame: 'f1' });
    expect(here.vcpu.mmu.prevRoots[0]).toEqual({ pgd: { space: 'a', low: 1 }, page: 'a@l2' });
    expect(staleTranslations(here.world, here.machine)).toEqual([]);
  });
});

describe('a translation is allowed', () => {
  const here = scene({ contract: 'sdm' }, access('u0'), writePte('a:u0', 'f2'));
  const held = (frame: string) =>
    heldBy(here.world.layout, here.machine, 0).find(
      (each) => each.pcid === 0 && each.page === 'u0' && each.frame === frame,
    ) as Held;
  const root = contextAt(here.vcpu, 0) as Context;

  it('if the guest TLB could hold it', () => {
    expect(isAllowed(here.world, here.machine, root, held('f1'))).toBe(true);
  });

  it('or a walk of the guest tables gives it', () => {
    inUse(here.vcpu).guest = EMPTY_TLB;
    expect(isAllowed(here.world, here.machine, root, held('f1'))).toBe(false);
    expect(isAllowed(here.world, here.machine, root, held('f2'))).toBe(true);
  });

  it.each(['guest', 'global'] as const)('or it is held (%s) under the other VPID, for a root of L2', (by) => {
    const none = held('f1');
    const elsewhere = { ...none, by: { ...none.by, vpid02: { ...none.by.vpid02, [by]: true } } };
    const ofL2 = { ...root, root: { ...root.root, page: 'a@l2' } };
    expect(isAllowed(here.world, here.machine, root, elsewhere)).toBe(false);
    expect(isAllowed(here.world, here.machine, ofL2, elsewhere)).toBe(true);
    expect(isAllowed(here.world, here.machine, ofL2, none)).toBe(false);
  });
});

describe('a stale translation', () => {
  it('of a root is named with its CR3, page and frame', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    inUse(here.vcpu).guest = EMPTY_TLB;
    expect(staleTranslations(here.world, here.machine).map(describeStale)).toEqual([
      'cpu 0: root (a|0) still maps u0 to f1',
    ]);
  });

  it('that the hardware alone holds is named so, with the CR3 that reaches it', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    inUse(here.vcpu).guest = EMPTY_TLB;
    shadowOf(here, 'a.u@wp').entries[0] = null;
    expect(staleTranslations(here.world, here.machine).map(describeStale)).toEqual([
      'cpu 0: the hardware TLB for a|0 still maps u0 to f1',
    ]);
  });

  it('of a cached root counts with PCIDE=1, and not with PCIDE=0', () => {
    const here = withPcids();
    shadowOf(here, 'b.u@wp').entries[0] = 'f2';
    expect(staleTranslations(here.world, here.machine).map(describeStale)).toEqual([
      'cpu 0: prev_roots[0] (b|1) still maps u0 to f2',
    ]);
    here.vcpu.guest.cr4 = { ...here.vcpu.guest.cr4, pcide: false };
    expect(staleTranslations(here.world, here.machine)).toEqual([]);
  });
});
